BEGIN;
SELECT setval('public.notes_id_seq', 3);
COMMIT;
