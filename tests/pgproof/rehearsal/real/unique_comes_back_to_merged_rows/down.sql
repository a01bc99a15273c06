BEGIN;
SET LOCAL lock_timeout = '2s';
UPDATE public.guests g SET mail = g.mail || '+' || g.id
WHERE EXISTS (SELECT FROM public.guests o WHERE lower(o.mail) = lower(g.mail) AND o.id < g.id);
CREATE UNIQUE INDEX guests_mail ON public.guests (lower(mail));
COMMIT;
