-- A small system in which a person reads, writes and counts notes; the owner keeps the tables and functions. PERSON and
-- OWNER stand for two roles of the test's own.
CREATE ROLE PERSON;
CREATE ROLE OWNER;
CREATE ROLE MEMBERS;
GRANT MEMBERS TO PERSON;
CREATE SCHEMA club AUTHORIZATION OWNER;
CREATE SCHEMA hidden AUTHORIZATION OWNER;
GRANT USAGE ON SCHEMA club TO PERSON;
SET LOCAL ROLE OWNER;
CREATE SEQUENCE club.numbers;
CREATE FUNCTION club.me() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_setting(''club.me'', true)';
-- In PL/pgSQL, as one in SQL may have become part of an index's expression before, by somebody who may execute it.
CREATE FUNCTION hidden.is_short(note text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE
  AS 'BEGIN RETURN length(note) < 100; END';
CREATE TABLE club.rooms (id int PRIMARY KEY, title text);
CREATE TABLE club.seats (room int REFERENCES club.rooms, person text);
CREATE TABLE club.notes (
  id bigint PRIMARY KEY DEFAULT nextval('club.numbers'),
  room int NOT NULL REFERENCES club.rooms,
  author text NOT NULL DEFAULT club.me(),
  note text CHECK (hidden.is_short(note)),
  place int
);
CREATE INDEX notes_by_start ON club.notes (lower(note)) WHERE hidden.is_short(note);
CREATE FUNCTION hidden.sits_in(chosen int) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER
  BEGIN ATOMIC SELECT EXISTS (SELECT FROM club.seats s WHERE s.room = chosen AND s.person = club.me()); END;
CREATE FUNCTION club.number_it() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = club
  AS $$
BEGIN
  IF NEW.place IS NULL THEN
    SELECT count(*) + 1 INTO NEW.place FROM notes n WHERE n.room = NEW.room;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER number_it BEFORE INSERT ON club.notes FOR EACH ROW EXECUTE FUNCTION club.number_it();
CREATE FUNCTION club.tidy() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
BEGIN
  NEW.note := hidden.trimmed(NEW.note);
  IF NEW.note = 'audit' THEN
    INSERT INTO hidden.audit VALUES (NEW.note);
  END IF;
  RETURN NEW;
END
$$;
CREATE FUNCTION hidden.trimmed(note text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN btrim(note); END';
CREATE TABLE hidden.audit (note text);
CREATE TRIGGER tidy BEFORE INSERT ON club.notes FOR EACH ROW EXECUTE FUNCTION club.tidy();
CREATE FUNCTION club.notes_in(chosen int) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = club
  AS $$
BEGIN
  UPDATE seats SET person = person WHERE room = chosen;
  RETURN (SELECT count(*) FROM notes WHERE room = chosen);
END
$$;
CREATE VIEW club.titles AS SELECT id, title FROM club.rooms;
INSERT INTO club.rooms VALUES (1, 'Garden');
INSERT INTO club.seats VALUES (1, 'ana');
INSERT INTO club.notes (room, author, note) VALUES (1, 'ana', 'Hello');
ALTER TABLE club.rooms ENABLE ROW LEVEL SECURITY;
ALTER TABLE club.seats ENABLE ROW LEVEL SECURITY;
ALTER TABLE club.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON club.rooms FOR SELECT TO PERSON USING (id IN (SELECT s.room FROM club.seats s));
CREATE POLICY seen ON club.seats FOR SELECT TO PERSON USING (person = club.me());
CREATE POLICY seen ON club.notes FOR SELECT TO PERSON USING (hidden.sits_in(room));
CREATE POLICY written ON club.notes FOR INSERT TO PERSON WITH CHECK (hidden.sits_in(room) AND author = club.me());
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA club, hidden FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA club, hidden TO PERSON;
GRANT USAGE ON SEQUENCE club.numbers TO PERSON;
GRANT USAGE ON SCHEMA hidden TO PERSON;
GRANT SELECT ON club.rooms, club.seats, club.notes, club.titles TO PERSON;
GRANT INSERT (room, note) ON club.notes TO PERSON;
RESET ROLE;
