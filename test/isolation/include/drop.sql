-- What the specs end with.
SELECT pendo.drop_pull(name) FROM pendo.pull;
DELETE FROM pendo.summary;
DELETE FROM pendo.run;
DELETE FROM pendo.pause;
DROP SCHEMA local CASCADE;
DROP SERVER remote CASCADE;
DROP SCHEMA live;
DROP SCHEMA remote CASCADE;
