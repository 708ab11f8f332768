"""Refusals, with the status and the plain text that go out."""


class Refused(Exception):
    """A request that the service answers with an error status."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


class ExpressionError(Refused):
    """Shown the way Pendo words it for filters."""
