SET client_min_messages = warning;
DROP SERVER :"server" CASCADE;
DROP SCHEMA :"server" CASCADE;
RESET client_min_messages;
