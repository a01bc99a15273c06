CREATE ROLE reader_of_logs; CREATE TABLE public.logs (line text); GRANT SELECT ON public.logs TO reader_of_logs;
