BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE OR REPLACE FUNCTION public.tell_of_club() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
  AS $$
BEGIN
  PERFORM net.http_post(
    url := 'https://example.org/clubs', body := to_jsonb(new),
    headers := jsonb_build_object('Authorization',
      (SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'club_key'))
  );
  RETURN new;
END
$$;
REVOKE EXECUTE ON FUNCTION public.tell_of_club() FROM PUBLIC;
CREATE OR REPLACE TRIGGER tell_of_club AFTER INSERT ON public.clubs FOR EACH ROW EXECUTE FUNCTION public.tell_of_club();
COMMIT;
