SET lock_timeout = '2s';
CREATE TABLE notes (id bigint PRIMARY KEY);
