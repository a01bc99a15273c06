VACUUM FULL public.shelves;
COMMENT ON TABLE public.shelves IS 'vacuumed';
