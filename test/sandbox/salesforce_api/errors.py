"""Refusals: of a whole request, of one record, and of OAuth."""

from dataclasses import dataclass, field

# Statuses of record errors in single calls; whatever is not here is a 400.
STATUS = {'ENTITY_IS_DELETED': 404, 'NOT_FOUND': 404}


@dataclass
class Failure:
    """What is wrong with one record."""

    code: str
    message: str
    fields: list = field(default_factory=list)

    def single(self):
        """As a member of the error array of a call for one record."""
        shown = {'message': self.message, 'errorCode': self.code}
        return {**shown, 'fields': self.fields} if self.fields else shown

    def inner(self):
        """As a member of `errors` in the answer to a call for many."""
        return {'statusCode': self.code, 'message': self.message, 'fields': self.fields}


class RecordRefused(Exception):
    """One record cannot be written; others of the call may."""

    def __init__(self, *failures):
        super().__init__(failures[0].message)
        self.failures = list(failures)


class Refused(Exception):
    """The whole request fails with an error array."""

    def __init__(self, code, message, status=None, fields=None):
        super().__init__(message)
        self.code = code
        self.status = status or STATUS.get(code, 400)
        self.failures = [Failure(code, message, fields or [])]

    @classmethod
    def of(cls, failures):
        error = cls(failures[0].code, failures[0].message)
        error.failures = failures
        return error

    def body(self):
        return [failure.single() for failure in self.failures]


class OAuthRefused(Exception):
    """The token endpoint's error object."""

    def __init__(self, error, description, status=400):
        super().__init__(description)
        self.error, self.status = error, status


def no_such_column(name, object_name):
    return Failure('INVALID_FIELD',
                   f"No such column '{name}' on sobject of type {object_name}")


def not_found(message='The requested resource does not exist'):
    return Refused('NOT_FOUND', message)


def bad_json(message):
    return Refused('JSON_PARSER_ERROR', message)
