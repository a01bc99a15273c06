SET lock_timeout = '2s';
CREATE TABLE public.notes (id int PRIMARY KEY);
