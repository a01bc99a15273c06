-- bad: auth.users
ALTER PUBLICATION supabase_realtime ADD TABLE auth.users;
-- fixed
ALTER PUBLICATION supabase_realtime DROP TABLE auth.users;
