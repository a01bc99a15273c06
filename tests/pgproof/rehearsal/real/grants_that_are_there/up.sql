GRANT SELECT ON public.logs TO reader_of_logs;
