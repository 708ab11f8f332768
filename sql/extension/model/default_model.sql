-- What create_model() runs in a team's schema: the files of sql/model in the order of
-- their manifest.  FILE is folder and file, the file's name the object's; statements are
-- one object and its comments, or of FILE.query.sql the query that defines summary FILE.
-- A function and no table: it has nothing that a publication of all tables would copy
-- onto the same in another database.
CREATE FUNCTION pendo._default_model()
RETURNS TABLE (ordinal integer, file text, statements text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $pendo_files$
VALUES
@files@     -- script/join-sql puts them here
$pendo_files$;
REVOKE ALL ON FUNCTION pendo._default_model() FROM PUBLIC;
COMMENT ON FUNCTION pendo._default_model() IS 'statements that make a model''s summaries and views';
