-- Fields as HubSpot takes them, which is texts alone: an empty one clears, and choices are
-- divided by semicolons.  With the key among them, if it has a field.
CREATE FUNCTION pendo._hubspot_texts(fields jsonb, key_field text, key text)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_hubspot_texts';
REVOKE ALL ON FUNCTION pendo._hubspot_texts(jsonb, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_texts(jsonb, text, text) IS 'fields as HubSpot takes them';
