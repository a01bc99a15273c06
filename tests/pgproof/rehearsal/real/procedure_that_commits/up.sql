CALL public.tidy();
