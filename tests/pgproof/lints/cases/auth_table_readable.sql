-- bad: auth.users
GRANT SELECT (email) ON auth.users TO authenticated;
-- fixed
REVOKE SELECT (email) ON auth.users FROM authenticated;
