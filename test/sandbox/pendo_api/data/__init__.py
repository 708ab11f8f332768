"""Seeded data. Knows nothing of pipelines, expressions or routes."""
