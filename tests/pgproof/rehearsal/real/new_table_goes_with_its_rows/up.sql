BEGIN;
SET LOCAL lock_timeout = '2s';
ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS colour text;
CREATE TABLE IF NOT EXISTS public.replies (id int PRIMARY KEY, note bigint NOT NULL REFERENCES public.notes, body text);
COMMIT;
