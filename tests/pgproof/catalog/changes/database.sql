-- database compared: settings: work_mem=5MB only in B
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '5MB'); END $$;

-- database compared: connection limit differs: -1 in A, 7 in B
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 7', current_database()); END $$;

-- database compared: owner differs
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO anon', current_database()); END $$;

-- database compared: comment only in B: x
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'x'); END $$;

-- grant database compared to anon: only in B
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO anon', current_database()); END $$;
