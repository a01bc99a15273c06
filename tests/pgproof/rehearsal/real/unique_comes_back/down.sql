BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE UNIQUE INDEX guests_mail ON public.guests (lower(mail));
COMMIT;
