BEGIN;
SET LOCAL lock_timeout = '2s';
DELETE FROM public.ranks WHERE name = 'cook';
DELETE FROM public.ports WHERE id IN (1, 2);
COMMIT;
