SET lock_timeout = '1s';
COPY public.notes FROM stdin;
4	fourth	bob
\.
