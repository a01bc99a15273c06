VACUUM FULL public.shelves;
