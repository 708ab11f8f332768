-- The inputs of a batch of HubSpot's, for those of a work's items whose numbers are given; an
-- item's member "associations", where it has one, goes along as it is.  Properties are texts
-- alone: an empty one clears, and choices are divided by semicolons.  Keys that differ in case, or
-- in blanks around them, alone are one to HubSpot, and twice in a request they are refused: only
-- the first of those is sent.  Out: the numbers of those that are, in the order of their keys, and
-- JSON objects with commas in between.
CREATE FUNCTION pendo._hubspot_inputs(items jsonb, numbers bigint[], operation text, key_field text,
                                      OUT sent bigint[], OUT inputs text)
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_hubspot_inputs';
REVOKE ALL ON FUNCTION pendo._hubspot_inputs(jsonb, bigint[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_inputs(jsonb, bigint[], text, text) IS 'the inputs of a batch of HubSpot''s';
