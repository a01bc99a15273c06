BEGIN;
SELECT setval('public.notes_id_seq', 1);
COMMIT;
