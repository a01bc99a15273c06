SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION auth.letterbox() RETURNS text LANGUAGE sql AS $$ SELECT 'in' $$;
CREATE TABLE public.letters (id int PRIMARY KEY, box text);
