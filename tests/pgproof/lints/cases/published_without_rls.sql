-- bad: private.notes
CREATE TABLE private.notes (id int PRIMARY KEY);
ALTER PUBLICATION supabase_realtime ADD TABLE private.notes;
-- fixed
ALTER PUBLICATION supabase_realtime DROP TABLE private.notes;
