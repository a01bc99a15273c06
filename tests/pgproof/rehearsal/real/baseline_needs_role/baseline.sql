CREATE TABLE public.notes (id bigint PRIMARY KEY, body text NOT NULL);
GRANT SELECT ON public.notes TO app_reader;
