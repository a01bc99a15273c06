SET lock_timeout = '2s';
CREATE TABLE public.notes (id bigint PRIMARY KEY, body varchar(10));
