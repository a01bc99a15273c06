CREATE TABLE public.parcels (id int PRIMARY KEY, state text NOT NULL, moved timestamptz);
INSERT INTO public.parcels VALUES (1, 'here', NULL), (2, 'gone', NULL);
CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.moved := now(); RETURN NEW; END $$;
CREATE TRIGGER parcels_stamp BEFORE UPDATE ON public.parcels FOR EACH ROW EXECUTE FUNCTION public.stamp();
