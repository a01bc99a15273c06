CREATE SCHEMA post;
CREATE TABLE post.stamps (id int PRIMARY KEY);
INSERT INTO post.stamps VALUES (1);
