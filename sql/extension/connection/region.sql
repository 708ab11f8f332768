-- Pendo's regions and their addresses (Pendo Engage API documentation).
CREATE VIEW pendo.region AS
SELECT *
  FROM (VALUES ('us', 'https://app.pendo.io', 'United States'),
               ('us1', 'https://us1.app.pendo.io', 'United States, US1'),
               ('eu', 'https://app.eu.pendo.io', 'Europe'),
               ('jpn', 'https://app.jpn.pendo.io', 'Japan'),
               ('au', 'https://app.au.pendo.io', 'Australia'))
       AS r (name, base_url, description);
REVOKE ALL ON pendo.region FROM PUBLIC;
COMMENT ON VIEW pendo.region IS 'Pendo''s regions';
COMMENT ON COLUMN pendo.region.name IS 'name, as pendo.connect() takes it';
COMMENT ON COLUMN pendo.region.base_url IS 'server option base_url';
COMMENT ON COLUMN pendo.region.description IS 'where it is';
