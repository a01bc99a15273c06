BEGIN;
SET LOCAL lock_timeout = '2s';
INSERT INTO public.ranks VALUES ('cook') ON CONFLICT DO NOTHING;
INSERT INTO public.ports VALUES (1, 'Kiel'), (2, 'Oban') ON CONFLICT DO NOTHING;
COMMIT;
