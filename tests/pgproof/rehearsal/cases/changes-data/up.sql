BEGIN;
SET LOCAL lock_timeout = '1s';
INSERT INTO public.notes VALUES (4, 'fourth', 'bob') ON CONFLICT DO NOTHING;
COMMIT;
