"""Answers in JSON as Salesforce lays it out: members in the documented order."""

import json

from standin.answer import Answer, empty

JSON = 'application/json;charset=UTF-8'

_encode = json.JSONEncoder(ensure_ascii=False, separators=(',', ':')).encode


def answer(value, status=200, headers=None):
    return Answer(status, _encode(value).encode('utf-8', 'replace'), JSON, headers)


def no_content():
    return empty(204)


def of_refusal(error):
    return answer(error.body(), error.status)
