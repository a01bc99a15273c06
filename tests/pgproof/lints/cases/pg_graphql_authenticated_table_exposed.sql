-- bad: public.notes
-- By a name in the catalog: no server that tests run on has the extension.
UPDATE pg_extension SET extname = 'pg_graphql' WHERE extname = 'plpgsql';
CREATE TABLE public.notes (id int PRIMARY KEY, note text);
GRANT SELECT (id) ON public.notes TO authenticated;
-- fixed
REVOKE SELECT (id) ON public.notes FROM authenticated;
REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM authenticated;
