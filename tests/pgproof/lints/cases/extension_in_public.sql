-- bad: citext
-- By a name in the catalog: not every server that tests run on has an extension that could be installed.
UPDATE pg_extension SET extname = 'citext', extnamespace = 'public'::regnamespace WHERE extname = 'plpgsql';
-- fixed
UPDATE pg_extension SET extnamespace = 'pg_catalog'::regnamespace WHERE extname = 'citext';
