BEGIN;
SET LOCAL lock_timeout = '2s';
INSERT INTO public.stamps SELECT 'new' WHERE NOT EXISTS (SELECT FROM public.stamps WHERE name = 'new');
COMMIT;
