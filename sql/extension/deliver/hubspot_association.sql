-- The types of HubSpot's own associations without a label, from one object to another.
CREATE VIEW pendo._hubspot_association AS
SELECT v.*
  FROM (VALUES
        ('contacts', 'companies', 279), ('companies', 'contacts', 280),
        ('contacts', 'contacts', 449), ('companies', 'companies', 450),
        ('deals', 'contacts', 3), ('contacts', 'deals', 4),
        ('deals', 'companies', 341), ('companies', 'deals', 342),
        ('deals', 'deals', 451), ('tickets', 'tickets', 452),
        ('tickets', 'contacts', 16), ('contacts', 'tickets', 15),
        ('tickets', 'companies', 339), ('companies', 'tickets', 340),
        ('tickets', 'deals', 28), ('deals', 'tickets', 27),
        ('tasks', 'contacts', 204), ('contacts', 'tasks', 203),
        ('tasks', 'companies', 192), ('companies', 'tasks', 191),
        ('tasks', 'deals', 216), ('deals', 'tasks', 215),
        ('tasks', 'tickets', 230), ('tickets', 'tasks', 229),
        ('notes', 'contacts', 202), ('contacts', 'notes', 201),
        ('notes', 'companies', 190), ('companies', 'notes', 189),
        ('notes', 'deals', 214), ('deals', 'notes', 213),
        ('notes', 'tickets', 228), ('tickets', 'notes', 227),
        ('calls', 'contacts', 194), ('contacts', 'calls', 193),
        ('calls', 'companies', 182), ('companies', 'calls', 181),
        ('emails', 'contacts', 198), ('contacts', 'emails', 197),
        ('emails', 'companies', 186), ('companies', 'emails', 185),
        ('meetings', 'contacts', 200), ('contacts', 'meetings', 199),
        ('meetings', 'companies', 188), ('companies', 'meetings', 187))
       AS v (object, linked_object, type_id);
REVOKE ALL ON pendo._hubspot_association FROM PUBLIC;
COMMENT ON VIEW pendo._hubspot_association IS 'types of HubSpot''s associations';
COMMENT ON COLUMN pendo._hubspot_association.object IS 'from this object';
COMMENT ON COLUMN pendo._hubspot_association.linked_object IS 'to this one';
COMMENT ON COLUMN pendo._hubspot_association.type_id IS 'associationTypeId, without a label';
