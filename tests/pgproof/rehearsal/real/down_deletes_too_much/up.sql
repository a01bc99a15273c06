BEGIN;
SET LOCAL lock_timeout = '2s';
INSERT INTO public.letters VALUES (7, 'in', 'welcome') ON CONFLICT (id) DO NOTHING;
COMMIT;
