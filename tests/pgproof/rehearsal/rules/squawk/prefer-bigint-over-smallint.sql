SET lock_timeout = '2s';
CREATE TABLE public.notes (id smallint PRIMARY KEY);
