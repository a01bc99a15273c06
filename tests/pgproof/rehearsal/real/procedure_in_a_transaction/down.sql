UPDATE public.shelves SET label = lower(label);
