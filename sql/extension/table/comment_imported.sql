-- IMPORT FOREIGN SCHEMA cannot return comments: this puts them on the tables
-- that it has just made.
CREATE FUNCTION pendo._comment_imported()
RETURNS event_trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'pendo_comment_imported';
REVOKE ALL ON FUNCTION pendo._comment_imported() FROM PUBLIC;
COMMENT ON FUNCTION pendo._comment_imported() IS
    'comments on tables and columns that IMPORT FOREIGN SCHEMA made';

CREATE EVENT TRIGGER pendo_comment_imported
    ON ddl_command_end
    WHEN TAG IN ('IMPORT FOREIGN SCHEMA')
    EXECUTE FUNCTION pendo._comment_imported();
COMMENT ON EVENT TRIGGER pendo_comment_imported IS
    'comments on tables and columns that IMPORT FOREIGN SCHEMA made';
