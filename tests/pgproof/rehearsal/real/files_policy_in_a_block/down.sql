BEGIN;
SET LOCAL lock_timeout = '2s';
DROP POLICY IF EXISTS "badges are public" ON storage.objects;
COMMIT;
