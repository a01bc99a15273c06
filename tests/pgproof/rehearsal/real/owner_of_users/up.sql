BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE auth.users ADD COLUMN IF NOT EXISTS motto text;
COMMIT;
