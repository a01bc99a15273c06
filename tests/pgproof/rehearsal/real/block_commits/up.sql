DO $$
BEGIN
  DELETE FROM public.shelves WHERE id = 2;
  COMMIT;
END
$$;
