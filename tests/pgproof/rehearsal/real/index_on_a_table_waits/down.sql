SET lock_timeout = '3s'; DROP INDEX IF EXISTS public.rides_town;
