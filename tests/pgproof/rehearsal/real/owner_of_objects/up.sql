BEGIN;
SET LOCAL lock_timeout = '2s';
CREATE INDEX IF NOT EXISTS files_by_day ON storage.objects (created_at);
COMMIT;
