-- What the requests of facts.toml are about.
CREATE SCHEMA fact_hidden;
CREATE TABLE public.fact_makers (id int PRIMARY KEY, name text NOT NULL, country char(2), flags bit(3));
CREATE TABLE public.fact_boats (
  id int PRIMARY KEY, name text, maker_id int CONSTRAINT fact_boats_maker REFERENCES public.fact_makers, length numeric
);
CREATE TABLE public.fact_sailors (id int PRIMARY KEY, name text);
CREATE TABLE public.fact_crews (
  boat_id int REFERENCES public.fact_boats, sailor_id int REFERENCES public.fact_sailors, PRIMARY KEY (boat_id, sailor_id)
);
CREATE TABLE public.fact_many (id int PRIMARY KEY);
CREATE TABLE public.fact_logs (id int PRIMARY KEY, boat_id int REFERENCES public.fact_boats);
INSERT INTO public.fact_makers VALUES (1, 'Nauta', 'IT', '101'), (2, 'Bavaria', 'DE', '010'), (3, 'Idle', NULL, NULL);
INSERT INTO public.fact_boats VALUES (1, 'Alba', 1, 9.5), (2, 'Bora', 1, 12), (3, 'Cirrus', 2, NULL), (4, 'Drift', NULL, 7);
INSERT INTO public.fact_sailors VALUES (1, 'Eva'), (2, 'Finn');
INSERT INTO public.fact_crews VALUES (1, 1), (1, 2), (3, 2);
INSERT INTO public.fact_many SELECT generate_series(1, 1500);
INSERT INTO public.fact_logs SELECT n, 1 FROM generate_series(1, 1200) AS n;

CREATE VIEW public.fact_boats_seen AS SELECT id AS number, name AS title, maker_id AS made_by FROM public.fact_boats;
CREATE VIEW public.fact_boats_seen_again AS SELECT number, title, made_by FROM public.fact_boats_seen;
CREATE TABLE public.fact_days (day date) PARTITION BY RANGE (day);
CREATE TABLE public.fact_days_2026 PARTITION OF public.fact_days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW public.fact_counted AS
  SELECT id, maker_id, (SELECT count(*) FROM public.fact_boats) AS boats FROM public.fact_boats;
CREATE VIEW public.fact_round AS SELECT id FROM public.fact_boats;
CREATE OR REPLACE VIEW public.fact_round AS SELECT id FROM public.fact_round;
CREATE VIEW public.fact_spaced AS SELECT id, maker_id AS "made by" FROM public.fact_boats;
CREATE VIEW public.fact_makers_seen AS SELECT m.id, upper(m.name) AS shouted FROM public.fact_makers m;
CREATE VIEW public.fact_names AS SELECT id, name FROM public.fact_makers UNION SELECT id, name FROM public.fact_sailors;

CREATE FUNCTION public.label(public.fact_boats) RETURNS text LANGUAGE sql STABLE AS $$ SELECT '#' || $1.id || ' ' || $1.name $$;
CREATE FUNCTION public.initial(public.fact_boats) RETURNS text LANGUAGE sql STABLE AS $$ SELECT left($1.name, 1) $$;
CREATE FUNCTION public.fact_rivals(public.fact_boats) RETURNS SETOF public.fact_boats LANGUAGE sql STABLE
  AS $$ SELECT * FROM public.fact_boats b WHERE b.maker_id = $1.maker_id AND b.id <> $1.id $$;
CREATE FUNCTION public.fact_first_boat(public.fact_makers) RETURNS SETOF public.fact_boats ROWS 1 LANGUAGE sql STABLE
  AS $$ SELECT * FROM public.fact_boats b WHERE b.maker_id = $1.id ORDER BY id LIMIT 1 $$;

CREATE FUNCTION public.fact_slow() RETURNS int LANGUAGE sql SET statement_timeout = '150ms' AS 'SELECT 1 FROM pg_sleep(5)';
CREATE FUNCTION public.fact_slow_reader() RETURNS SETOF int LANGUAGE sql STABLE SET statement_timeout = '100ms'
  AS 'SELECT 1 FROM pg_sleep(5)';
CREATE FUNCTION public.fact_numbers(most int) RETURNS SETOF int LANGUAGE sql STABLE AS 'SELECT generate_series(1, most)';
CREATE FUNCTION public.fact_moment() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT '2026-01-01 00:00:00+00'::timestamptz $$;
CREATE FUNCTION public.fact_zone() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('timezone') $$;
CREATE FUNCTION public.fact_teapot() RETURNS json LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('response.status', '418', true), set_config('response.headers', '[{"X-Pot": "1"}, {"X-Lid": "2"}]', true);
  RETURN '{"tea": true}'; END $$;
CREATE FUNCTION public.fact_gone() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('response.status', '410', true); END $$;
CREATE FUNCTION public.fact_bad_status() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('response.status', 'soon', true); END $$;
CREATE FUNCTION public.fact_bad_headers() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM set_config('response.headers', '{"X-Pot": "1"}', true); END $$;
CREATE FUNCTION public.fact_raise_whole() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE SQLSTATE 'PGRST' USING MESSAGE = '{"code": "F1", "message": "no wind", "details": "calm", "hint": "wait"}',
    DETAIL = '{"status": 409, "headers": {"X-Wind": "0"}}'; END $$;
CREATE FUNCTION public.fact_raise_half() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE SQLSTATE 'PGRST' USING MESSAGE = 'no wind', DETAIL = '{"status": 409, "headers": {}}'; END $$;
CREATE FUNCTION public.fact_raise_status() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE SQLSTATE 'PT402' USING MESSAGE = 'Payment Required', DETAIL = 'quota', HINT = 'upgrade'; END $$;
CREATE FUNCTION public.fact_char(c char(5)) RETURNS text LANGUAGE sql AS 'SELECT c::text';
CREATE FUNCTION public.fact_bits(b bit(4)[]) RETURNS text LANGUAGE sql AS 'SELECT b::text';
CREATE FUNCTION public.fact_pair() RETURNS record LANGUAGE sql AS $$ SELECT 1 AS n, 'one'::text AS w $$;
CREATE FUNCTION public.fact_table(most int) RETURNS TABLE (n int, doubled int) LANGUAGE sql STABLE
  AS 'SELECT g, 2 * g FROM generate_series(1, most) AS g';
CREATE FUNCTION public.fact_boats_of(maker int) RETURNS SETOF public.fact_boats LANGUAGE sql STABLE
  AS 'SELECT * FROM public.fact_boats WHERE maker_id = maker ORDER BY id';
CREATE FUNCTION public.fact_which() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'none'::text $$;
CREATE FUNCTION public.fact_which(a int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'a'::text $$;
CREATE FUNCTION public.fact_which(a int, b int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'a and b'::text $$;
CREATE FUNCTION public.fact_echo(json) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.fact_shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
CREATE FUNCTION public.fact_size(bytea) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length($1)';
CREATE FUNCTION public.fact_repeat(text DEFAULT 'default') RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.fact_apart(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION public.fact_apart(a int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE FUNCTION public.fact_sum(numbers int[]) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT sum(n) FROM unnest(numbers) AS n';
CREATE FUNCTION public.fact_rename(boat int, new_name text) RETURNS SETOF public.fact_boats LANGUAGE sql
  AS 'UPDATE public.fact_boats SET name = new_name WHERE id >= boat RETURNING *';

CREATE DOMAIN public.fact_colour AS int CHECK (VALUE BETWEEN 0 AND 255) DEFAULT 7;
CREATE FUNCTION public.fact_colour_shown(public.fact_colour) RETURNS json LANGUAGE sql IMMUTABLE
  AS $$ SELECT to_json('#' || lpad(to_hex($1::int), 2, '0')) $$;
CREATE FUNCTION public.fact_colour_read(json) RETURNS public.fact_colour LANGUAGE sql IMMUTABLE
  AS $$ SELECT ('x' || lpad(ltrim($1 #>> '{}', '#'), 8, '0'))::bit(32)::int::public.fact_colour $$;
CREATE FUNCTION public.fact_colour_parsed(text) RETURNS public.fact_colour LANGUAGE sql IMMUTABLE
  AS $$ SELECT ('x' || lpad(ltrim($1, '#'), 8, '0'))::bit(32)::int::public.fact_colour $$;
SET client_min_messages = error;
CREATE CAST (public.fact_colour AS json) WITH FUNCTION public.fact_colour_shown(public.fact_colour) AS IMPLICIT;
CREATE CAST (json AS public.fact_colour) WITH FUNCTION public.fact_colour_read(json) AS IMPLICIT;
CREATE CAST (text AS public.fact_colour) WITH FUNCTION public.fact_colour_parsed(text) AS IMPLICIT;
RESET client_min_messages;
CREATE TABLE public.fact_pens (id int PRIMARY KEY, colour public.fact_colour);
INSERT INTO public.fact_pens VALUES (1, 16), (2, 255);

CREATE VIEW public.fact_makers_counted AS SELECT m.id, m.name,
  (SELECT count(*) FROM (SELECT b.id FROM public.fact_boats b WHERE b.maker_id = m.id
                         UNION SELECT c.id FROM public.fact_boats c WHERE c.maker_id = m.id) AS both_of_them) AS boats
  FROM public.fact_makers m;

CREATE TABLE public.fact_texts (id int PRIMARY KEY, text text, data jsonb);
INSERT INTO public.fact_texts VALUES (1, '"', '{"a!@#b": 1}'), (2, 'rope and sail', '{"x-y": {"1z": 2}}');
CREATE FUNCTION public.searched(public.fact_texts) RETURNS tsvector LANGUAGE sql IMMUTABLE
  AS $$ SELECT to_tsvector('simple', $1.text) $$;

CREATE DOMAIN public."text/x-log" AS text;
CREATE DOMAIN public."application/json" AS json;
CREATE FUNCTION public.fact_log() RETURNS public."text/x-log" LANGUAGE sql STABLE AS $$ SELECT 'calm' $$;
CREATE TABLE public.fact_own_json (id int);
INSERT INTO public.fact_own_json VALUES (1), (2);
CREATE FUNCTION public.fact_own_json_step(public."application/json", public.fact_own_json)
  RETURNS public."application/json" LANGUAGE sql IMMUTABLE AS $$ SELECT '{"own": true}'::public."application/json" $$;
CREATE AGGREGATE public.fact_own_json_made(public.fact_own_json) (
  sfunc = public.fact_own_json_step, stype = public."application/json", initcond = '{}');

CREATE TABLE public.fact_guessed (id int PRIMARY KEY);
CREATE TABLE public.fact_guesses (id int PRIMARY KEY, of_id int REFERENCES public.fact_guessed, said text NOT NULL);
INSERT INTO public.fact_guessed SELECT generate_series(1, 100);
INSERT INTO public.fact_guesses SELECT n, n % 10 + 1, 'x' FROM generate_series(1, 1000) AS n;
ANALYZE public.fact_guessed, public.fact_guesses;

GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
