BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.welcome() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO public.guest_settings (guest, loud) VALUES (NEW.id, false);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER welcome AFTER INSERT ON public.guests FOR EACH ROW EXECUTE FUNCTION public.welcome();
DELETE FROM public.guest_settings WHERE loud IS NULL;
COMMIT;
