BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE TABLE public.colours (id int PRIMARY KEY, name text NOT NULL);
COPY public.colours (id, name) FROM stdin;
1	red
one	green
\.
COMMIT;
