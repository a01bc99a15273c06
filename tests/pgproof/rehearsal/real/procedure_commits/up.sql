CALL public.relabel();
