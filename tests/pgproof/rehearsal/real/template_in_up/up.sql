SET lock_timeout = '2s';
ALTER TABLE {{ schema }}.shelves ADD COLUMN IF NOT EXISTS owner text;
