SET lock_timeout = '2s';
CREATE TABLE public.notes (id bigserial PRIMARY KEY);
