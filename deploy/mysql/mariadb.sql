-- MariaDB 10.5 and newer: the account of MYSQL_URL. Replace the password, and app by your schema.
CREATE USER 'pulaski'@'%' IDENTIFIED BY 'a long random password' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5;

-- The process list of everybody and the plans of running statements; texts never leave the bot, only their fingerprints.
GRANT PROCESS, SLAVE MONITOR ON *.* TO 'pulaski'@'%';
GRANT SELECT ON performance_schema.* TO 'pulaski'@'%';
-- Definitions of tables, columns and indexes, without a single row (SHOW VIEW would leave the columns out).
GRANT REFERENCES ON app.* TO 'pulaski'@'%';

-- Which migrations have run: the table of your framework, the others are not needed.
-- GRANT SELECT ON app.schema_migrations TO 'pulaski'@'%';     -- Rails
-- GRANT SELECT ON app.django_migrations TO 'pulaski'@'%';     -- Django
-- GRANT SELECT ON app.migrations TO 'pulaski'@'%';            -- Laravel

-- Only with KILL_QUERIES=run.
-- GRANT CONNECTION ADMIN ON *.* TO 'pulaski'@'%';
