-- bad: pgmq.q_mails
CREATE SCHEMA pgmq;
CREATE SCHEMA pgmq_public;
ALTER ROLE authenticator SET pgrst.db_schemas = 'public, pgmq_public';
CREATE TABLE pgmq.q_mails (msg_id bigint PRIMARY KEY);
CREATE TABLE pgmq.quiet (id bigint PRIMARY KEY);
GRANT SELECT ON pgmq.q_mails, pgmq.quiet TO authenticated;
-- fixed
ALTER TABLE pgmq.q_mails ENABLE ROW LEVEL SECURITY;
