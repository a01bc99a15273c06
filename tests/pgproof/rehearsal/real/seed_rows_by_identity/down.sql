BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.labels WHERE box IN (SELECT id FROM public.boxes WHERE name = 'archive');
DELETE FROM public.boxes WHERE name = 'archive';
COMMIT;
