CREATE TABLE public.letters (id int PRIMARY KEY, box text NOT NULL DEFAULT 'in', body text);
INSERT INTO public.letters VALUES (1, 'in', 'one'), (2, 'out', 'two');
ALTER TABLE public.letters ADD COLUMN read_at timestamptz;
UPDATE public.letters SET read_at = '2024-05-01 10:00+00';
CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.read_at := now(); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON public.letters FOR EACH ROW EXECUTE FUNCTION public.stamp();
