-- bad: amcheck
CREATE EXTENSION amcheck VERSION '1.0';
-- fixed
ALTER EXTENSION amcheck UPDATE;
