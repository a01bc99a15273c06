BEGIN;
SET LOCAL lock_timeout = '2s';
INSERT INTO public.boxes (name) SELECT 'archive' WHERE NOT EXISTS (SELECT FROM public.boxes WHERE name = 'archive');
INSERT INTO public.labels (box) SELECT id FROM public.boxes b WHERE name = 'archive'
  AND NOT EXISTS (SELECT FROM public.labels WHERE box = b.id);
COMMIT;
