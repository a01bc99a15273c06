-- bad: anon
GRANT authenticated TO anon;
-- fixed
REVOKE authenticated FROM anon;
