"""The HubSpot stand-in: a CRM's objects, their limits and their errors."""
