SET lock_timeout = '3s';
ALTER TABLE public.recipes ADD COLUMN IF NOT EXISTS portions int NOT NULL DEFAULT 4 CHECK (portions > 0);
