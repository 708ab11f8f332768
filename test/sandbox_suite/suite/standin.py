"""Starts the stand-in and talks to it over HTTP; knows nothing of its code."""
import contextlib
import http.client
import json
import os
import subprocess
import sys
from urllib.parse import quote

START = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sandbox", "pendo.py"))
READY_SECONDS = 60

# What the suite takes as given unless a case says otherwise.
BASE_SWITCHES = {
    "null_sort": "first", "sort_stable": "yes", "collation": "byte",
    "count_null": "excluded", "not_null": "null", "reduce_empty": "one_row",
    "start_time": "absent", "field_quoting": "arithmetic",
    "metadata_case": "lower", "list_type": "list", "gzip": "when_asked",
    "row_order": "natural", "chunked": "yes", "poll_answer": "both",
    "absent": "absent", "hour_alignment": "zone", "type_test_null": "false",
    "unknown_members": "none", "null_results": "list", "compare_types": "null",
    "aggregation_timeout": "408", "rate_limit": "none", "retry_after": "absent",
}


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.reason = response.reason
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body, parse_constant=no_constant)


def no_constant(text):
    raise AssertionError("%s is not JSON" % text)


class StandIn:
    def __init__(self, start, *options):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", start, "--exit-with-parent", *options], stdout=subprocess.PIPE,
            stderr=sys.stderr, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the stand-in did not start")
        self.hello = json.loads(line)
        self.connection = None
        self.pipelines = 0
        self.state = {}
        self.set_switches(BASE_SWITCHES)

    def stop(self):
        if self.connection:
            self.connection.close()
        self.process.terminate()
        self.process.wait(10)

    def send(self, method, path, body=None, headers=None, key="full"):
        headers = dict(headers or {})
        if key is not None:
            headers["x-pendo-integration-key"] = {
                "full": self.hello["key"], "read_only": self.hello["read_only_key"],
                "revoked": self.hello["revoked_key"]}.get(key, key)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.hello["port"], timeout=READY_SECONDS)
        try:
            self.connection.request(method, path, body, headers)
            answer = Answer(self.connection.getresponse())
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection = None
            raise
        return answer

    def aggregate(self, pipeline, query="", headers=None, **envelope):
        self.pipelines += 1
        body = {"response": {"location": "request", "mimeType": "application/json"},
                "request": {"requestId": "suite-%d" % self.pipelines, "pipeline": pipeline}}
        body.update(envelope)
        return self.send("POST", "/api/v1/aggregation" + query, body, headers)

    def rows(self, pipeline):
        answer = self.aggregate(pipeline)
        if answer.status != 200:
            raise AssertionError("status %d: %s" % (answer.status, answer.text[:200]))
        return answer.json()["results"] or []

    def data(self, table, period=None):
        path = "/_sandbox/data/" + table + ("?period=" + period if period else "")
        answer = self.send("GET", path, key=None)
        if answer.status != 200:
            raise RuntimeError("no truth for %s: %s" % (table, answer.text[:200]))
        return [json.loads(line) for line in answer.body.split(b"\n") if line.strip()]

    def set_switches(self, wanted):
        changed = {k: v for k, v in wanted.items() if self.state.get(k) != v}
        if changed:
            answer = self.send("PUT", "/_sandbox/switches", changed, key=None)
            if answer.status not in (200, 204):
                raise RuntimeError("switches %s: %s" % (changed, answer.text[:200]))
            self.state.update(changed)

    @contextlib.contextmanager
    def switches(self, **wanted):
        self.set_switches(wanted)
        try:
            yield
        finally:
            self.set_switches(BASE_SWITCHES)


def in_path(text):
    return quote(text, safe="")
