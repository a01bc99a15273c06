INSERT INTO public.notes VALUES (4, '', NULL);
