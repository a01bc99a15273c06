SELECT count(*) FROM public.letters WHERE body IS NULL;
