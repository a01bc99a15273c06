CREATE TABLE public.shelves (id int PRIMARY KEY, label text NOT NULL);
INSERT INTO public.shelves VALUES (1, 'top'), (2, 'bottom');
CREATE PROCEDURE public.relabel() LANGUAGE plpgsql AS $$
BEGIN
  UPDATE public.shelves SET label = upper(label);
  COMMIT;
END
$$;
