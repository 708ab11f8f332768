"""What every stand-in shares: HTTP, faults, request log, clock, switches."""
