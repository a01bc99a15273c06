CREATE TABLE public.notes (id integer PRIMARY KEY, body text NOT NULL, changed timestamptz);
INSERT INTO public.notes VALUES (1, 'first', NULL), (2, 'second', NULL);
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
CREATE TRIGGER notes_touch BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.touch();
