-- MySQL 8.0, 8.4, 9: the account of MYSQL_URL. Replace the password, and app by your schema.
CREATE USER 'pulaski'@'%' IDENTIFIED BY 'a long random password' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5;

-- The process list of everybody (texts of statements included: only their fingerprints ever leave the bot), and InnoDB's locks.
GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'pulaski'@'%';
-- Metadata locks, statements without an index, who blocks whom.
GRANT SELECT ON performance_schema.* TO 'pulaski'@'%';
-- Definitions of tables, columns and indexes, without a single row (SHOW VIEW would leave the columns out).
GRANT REFERENCES ON app.* TO 'pulaski'@'%';

-- Which migrations have run: the table of your framework, the others are not needed.
-- GRANT SELECT ON app.schema_migrations TO 'pulaski'@'%';     -- Rails
-- GRANT SELECT ON app.django_migrations TO 'pulaski'@'%';     -- Django
-- GRANT SELECT ON app.migrations TO 'pulaski'@'%';            -- Laravel

-- Plans (EXPLAIN) need the right to read the tables, and with it your customers' data. Without it the bot names missing indexes from
-- performance_schema. If you want plans, prefer a replica.
-- GRANT SELECT ON app.* TO 'pulaski'@'%';

-- Only with KILL_QUERIES=run. On RDS instead: GRANT EXECUTE ON PROCEDURE mysql.rds_kill_query TO 'pulaski'@'%';
-- GRANT CONNECTION_ADMIN ON *.* TO 'pulaski'@'%';
