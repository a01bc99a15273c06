SET lock_timeout = '2s';
ALTER TYPE public.mood ADD VALUE 'wild';
