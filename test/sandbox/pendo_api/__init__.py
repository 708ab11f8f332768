"""The Pendo stand-in: seeded data, pipeline executor, REST routes."""
