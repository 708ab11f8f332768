#!/usr/bin/python3
"""An HTTP/1.1 server that misbehaves on request, and a CONNECT proxy.

    http_faults.py [--tls CERT KEY] [--port-file FILE] [--log FILE]
    http_faults.py --mute          accepts connections and says nothing, ever
    http_faults.py --full          a listening port whose queue is full
    http_faults.py --proxy [--login USER:PASSWORD]

Prints its port, or writes it to FILE, and serves loopback until its parent
ends.  What an answer looks like is chosen by the path: see the functions
named answer_*.  The log has one JSON object for each request, and for each
CONNECT that the proxy got.
"""

import argparse
import base64
import gzip
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

FOREVER = 3600
lock = threading.Lock()
counts = {}


def pattern(size):
    """Bytes that show when some are missing or out of order."""
    block = b"".join(b"%07d\n" % n for n in range(8192))
    return (block * (size // len(block) + 1))[:size]


class Request:
    def __init__(self, connection, head):
        lines = head.decode("latin-1").split("\r\n")
        self.connection = connection
        self.method, self.target, _ = lines[0].split(" ", 2)
        url = urllib.parse.urlsplit(self.target)
        self.path = url.path
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.headers = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None

    def number(self, name, default=0):
        return int(self.query.get(name, default))

    def send(self, data):
        self.connection.sendall(data)

    def head(self, status=200, length=None, **fields):
        text = "HTTP/1.1 %d Reason\r\n" % status
        if length is not None:
            text += "Content-Length: %d\r\n" % length
        for name, value in fields.items():
            text += "%s: %s\r\n" % (name.replace("_", "-"), value)
        self.send(text.encode() + b"\r\n")

    def whole(self, body, status=200, **fields):
        self.head(status, len(body), **fields)
        if self.method != "HEAD":
            self.send(body)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionAbortedError


def answer_ok(r):
    r.whole(pattern(r.number("size", 10)), X_Request_Id="request-17", Date="Sat, 15 Jun 2024 12:00:00 GMT")


def answer_echo(r):
    body = json.dumps({"method": r.method, "target": r.target, "headers": r.headers,
                       "body": r.body.decode("latin-1")})
    r.whole(body.encode(), Content_Type="application/json")


def answer_status(r):
    fields = {}
    if "retry_after" in r.query:
        fields["Retry_After"] = r.query["retry_after"]
    r.whole(r.query.get("text", "<html><head><title>x</title></head><body><h1>No</h1></body></html>").encode(),
            status=r.number("code"), **fields)


def answer_count(r):
    """Fail so often, then succeed."""
    with lock:
        counts[r.query["name"]] = n = counts.get(r.query["name"], 0) + 1
    if n <= r.number("fail"):
        r.whole(b"not yet", status=r.number("code", 503))
    else:
        r.whole(b"%d" % n)


def answer_chunked(r):
    r.head(Transfer_Encoding="chunked", Trailer="X-Late")
    body = pattern(r.number("size", 100000))
    for at in range(0, len(body), 7000):
        piece = body[at:at + 7000]
        r.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    r.send(b"0\r\nX-Late: yes\r\n\r\n")


def answer_chunk_cut(r):
    r.head(Transfer_Encoding="chunked")
    r.send(b"10\r\n0123456789abcdef\r\n")
    raise ConnectionAbortedError


def answer_gzip(r):
    data = gzip.compress(pattern(r.number("size", 100000)))
    cut = r.number("cut")
    if cut:
        data = data[:-cut]
    if "damage" in r.query:
        data = data[:100] + bytes([data[100] ^ 0xFF]) + data[101:]
    if "twice" in r.query:
        data += data
    data += r.query.get("garbage", "").encode()
    r.whole(data, Content_Encoding=r.query.get("encoding", "gzip"))


def answer_bomb(r):
    data = gzip.compress(bytes(1024 * 1024)) * 200
    r.whole(data, Content_Encoding="gzip")


def answer_silent(r):
    time.sleep(FOREVER)


def answer_slow(r):
    time.sleep(float(r.query["seconds"]))
    answer_ok(r)


def answer_stall(r):
    r.head(length=1000000)
    r.send(pattern(r.number("size", 1000)))
    time.sleep(FOREVER)


def answer_drip(r):
    n = r.number("pieces", 10)
    r.head(length=n)
    for _ in range(n):
        time.sleep(float(r.query["seconds"]))
        r.send(b"x")


def answer_cut(r):
    r.head(length=1000000)
    r.send(pattern(r.number("size", 1000)))
    if r.query.get("how") == "rst":
        time.sleep(0.1)
        r.reset()
    raise ConnectionAbortedError


def answer_nothing(r):
    if r.query.get("how") == "rst":
        r.reset()
    raise ConnectionAbortedError


def answer_redirect(r):
    r.whole(b"elsewhere", status=302, Location="/ok")


def answer_endless(r):
    r.head()
    while True:
        r.send(pattern(65536))


def answer_big_header(r):
    r.send(b"HTTP/1.1 200 OK\r\n" + b"X-Pad: " + b"y" * 1000 + b"\r\n")
    for n in range(200):
        r.send(b"X-Pad-%d: " % n + b"y" * 1000 + b"\r\n")
    r.send(b"Content-Length: 0\r\n\r\n")


def answer_garbage(r):
    r.send(b"220 mail.example.com ESMTP\r\n")
    raise ConnectionAbortedError


def answer_early_hints(r):
    r.send(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
    time.sleep(0.05)
    r.whole(b"final", X_Final="yes")


def answer_large_then_close(r):
    r.head(length=r.number("size"))
    r.send(pattern(r.number("size")))
    raise ConnectionAbortedError


def answer_farewell(r):
    """A whole answer; a moment later TLS says goodbye, and the socket closes, or
    with how=hold stays open for a while."""
    answer_ok(r)
    time.sleep(r.number("ms", 50) / 1000)
    r.connection.settimeout(0.02)
    try:
        r.connection.unwrap()
    except (OSError, ValueError):
        pass                    # the other side does not say it, too
    if r.query.get("how") == "hold":
        time.sleep(1)
    raise ConnectionAbortedError


def note(log, what):
    with lock, open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")


def read_head(connection, rest=b""):
    data = rest
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None, b""
        data += more
        if not data[:1].isalpha():
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return None, b""
    return data.split(b"\r\n\r\n", 1)


def read_body(request, rest):
    length = int(request.header("content-length") or 0)
    while len(rest) < length:
        rest += request.connection.recv(65536)
    request.body, rest = rest[:length], rest[length:]
    return rest


def secure(connection, options):
    if not options.tls:
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
    return context.wrap_socket(connection, server_side=True)


def serve(connection, options):
    connection = secure(connection, options)
    rest = b""
    while True:
        head, rest = read_head(connection, rest)
        if head is None:
            return
        request = Request(connection, head)
        rest = read_body(request, rest)
        if options.log:
            note(options.log, {"method": request.method, "target": request.target, "headers": request.headers})
        answer = globals().get("answer_" + request.path.strip("/").replace("-", "_"))
        if answer is None:
            request.whole(b"no such path", status=404)
        else:
            answer(request)


def relay(source, target):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve_proxy(connection, options):
    connection = secure(connection, options)
    head, rest = read_head(connection)
    if head is None:
        return
    request = Request(connection, head)
    if options.log:
        note(options.log, {"method": request.method, "target": request.target, "headers": request.headers})
    host, _, port = request.target.rpartition(":")
    if options.login:
        wanted = "Basic " + base64.b64encode(options.login.encode()).decode()
        if request.header("proxy-authorization") != wanted:
            return request.whole(b"who are you", status=407, Proxy_Authenticate='Basic realm="x"')
    if request.method != "CONNECT" or host == "forbidden.test":
        return request.whole(b"not here", status=403)
    if host == "silent.test":
        time.sleep(FOREVER)
    try:
        target = socket.create_connection(("127.0.0.1" if host.endswith(".test") else host, int(port)))
    except OSError:
        return request.whole(b"<html>bad gateway</html>", status=502)
    request.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
    threading.Thread(target=relay, args=(target, connection), daemon=True).start()
    relay(connection, target)


def handle(connection, options):
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if options.mute:
            time.sleep(FOREVER)
        elif options.proxy:
            serve_proxy(connection, options)
        else:
            serve(connection, options)
    except (OSError, ValueError):
        pass
    finally:
        connection.close()


def fill_queue(listener):
    """Connections that nobody accepts, so that the next gets no answer."""
    waiting = []
    for _ in range(8):
        client = socket.socket()
        client.setblocking(False)
        try:
            client.connect(listener.getsockname())
        except BlockingIOError:
            pass
        waiting.append(client)
    return waiting


def end_with_parent(parent):
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--port-file")
    parser.add_argument("--log")
    parser.add_argument("--mute", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--proxy", action="store_true")
    parser.add_argument("--login")
    options = parser.parse_args()

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(0 if options.full else 128)
    waiting = fill_queue(listener) if options.full else []
    port = str(listener.getsockname()[1])
    if options.port_file:
        with open(options.port_file + ".new", "w", encoding="ascii") as file:
            file.write(port)
        os.rename(options.port_file + ".new", options.port_file)
    else:
        print(port, flush=True)
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    while waiting:
        time.sleep(1)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection, options), daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
