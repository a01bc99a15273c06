CREATE EXTENSION IF NOT EXISTS pgmq;
SELECT pgmq.create('letters');
SELECT pgmq.set_vt('letters', 1, 30);
