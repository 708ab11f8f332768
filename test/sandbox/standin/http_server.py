"""HTTP/1.1 by hand over sockets, because faults need every byte.

One thread a connection, keep-alive, request bodies by length or chunked.
The application gets a Request and a Connection and writes the answer itself
(see delivery.py); it returns whether the connection may serve another one.
"""

import json
import socket
import struct
import sys
import threading
import traceback
from urllib.parse import parse_qsl, unquote

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024
IDLE_SECONDS = 300


class BadRequest(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Request:
    def __init__(self, method, target, version, headers, body):
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.body = body
        raw_path, _, raw_query = target.partition('?')
        self.raw_path = raw_path
        self.path = unquote(raw_path)
        self.segments = [unquote(part) for part in raw_path.split('/')[1:]]
        self.pairs = parse_qsl(raw_query, keep_blank_values=True)
        self.query = dict(self.pairs)
        self.facts = {}     # members of its log entry that fault rules can match

    def json(self):
        return json.loads(self.body)

    def json_or_text(self):
        if not self.body:
            return None
        try:
            return self.json()
        except (ValueError, RecursionError):
            return self.body.decode('utf-8', 'replace')

    @property
    def keep_alive(self):
        wish = self.headers.get('connection', '').lower()
        return self.version == 'HTTP/1.1' and 'close' not in wish


class Connection:
    """A socket with a read buffer and the rude ways of ending it."""

    def __init__(self, sock):
        self.sock = sock
        self._buffer = b''

    def _more(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self._buffer += data

    def read_until(self, mark, limit):
        while (end := self._buffer.find(mark)) < 0:
            if len(self._buffer) > limit:
                raise BadRequest(431, 'request head too large')
            self._more()
        found, self._buffer = self._buffer[:end], self._buffer[end + len(mark):]
        return found

    def read_exactly(self, count):
        parts, missing = [], count
        while missing > 0:
            if not self._buffer:
                self._more()
            part, self._buffer = self._buffer[:missing], self._buffer[missing:]
            parts.append(part)
            missing -= len(part)
        return b''.join(parts)

    def send(self, data):
        self.sock.sendall(data)

    def peer_is_gone(self, seconds):
        """Wait so long; True at once when the peer closes or resets."""
        if self._buffer:
            return threading.Event().wait(seconds)
        self.sock.settimeout(max(seconds, 0.001))
        try:
            data = self.sock.recv(65536)
            self._buffer += data
            return not data
        except (socket.timeout, BlockingIOError):
            return False
        except OSError:
            return True
        finally:
            try:
                self.sock.settimeout(None)
            except OSError:
                pass

    def reset(self):
        """End with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack('ii', 1, 0))
        self.close()

    def close(self):
        try:
            self.sock.close()
        except OSError:
            pass


def _read_headers(lines):
    headers = {}
    for line in lines:
        name, colon, value = line.partition(':')
        if not colon or name != name.strip() or not name:
            raise BadRequest(400, 'malformed header line')
        name = name.lower()
        value = value.strip()
        headers[name] = f'{headers[name]}, {value}' if name in headers else value
    return headers


def _read_chunked(connection):
    parts, total = [], 0
    while True:
        line = connection.read_until(b'\r\n', 1024)
        try:
            size = int(line.split(b';')[0], 16)
        except ValueError:
            raise BadRequest(400, 'malformed chunk') from None
        total += size
        if size < 0 or total > MAX_BODY:
            raise BadRequest(413, 'request body too large')
        if size == 0:
            while connection.read_until(b'\r\n', MAX_HEAD):
                pass
            return b''.join(parts)
        parts.append(connection.read_exactly(size))
        connection.read_until(b'\r\n', 16)


def _read_body(connection, headers):
    if 'chunked' in headers.get('transfer-encoding', '').lower():
        return _read_chunked(connection)
    length = headers.get('content-length', '0')
    if not length.isdigit():
        raise BadRequest(400, 'malformed Content-Length')
    if int(length) > MAX_BODY:
        raise BadRequest(413, 'request body too large')
    return connection.read_exactly(int(length))


def read_request(connection):
    """The next request, or None at the end of the connection."""
    try:
        head = connection.read_until(b'\r\n\r\n', MAX_HEAD)
    except EOFError:
        return None
    lines = head.decode('latin-1').lstrip('\r\n').split('\r\n')
    parts = lines[0].split(' ')
    if len(parts) != 3 or not parts[2].startswith('HTTP/1.'):
        raise BadRequest(400, 'malformed request line')
    headers = _read_headers(lines[1:])
    if headers.get('expect', '').lower() == '100-continue':
        connection.send(b'HTTP/1.1 100 Continue\r\n\r\n')
    try:
        body = _read_body(connection, headers)
    except EOFError:
        return None
    return Request(parts[0], parts[1], parts[2], headers, body)


class Server:
    """Accepts connections; `serve` is called with (request, connection)."""

    def __init__(self, host, port, serve, ssl_context=None):
        family = socket.AF_INET6 if ':' in host else socket.AF_INET
        self._serve = serve
        self._ssl = ssl_context
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self._socket.listen(256)
        self.port = self._socket.getsockname()[1]

    def run(self):
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(sock,),
                             daemon=True).start()

    def stop(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _connection(self, sock):
        connection = None
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(IDLE_SECONDS)
            if self._ssl is not None:
                sock = self._ssl.wrap_socket(sock, server_side=True)
            connection = Connection(sock)
            self._talk(connection)
        except (OSError, EOFError):
            pass                # the peer left, or never spoke TLS
        except Exception:       # a defect of ours: say so, end this connection
            traceback.print_exc(file=sys.stderr)
        finally:
            (connection or sock).close()

    def _talk(self, connection):
        while True:
            connection.sock.settimeout(IDLE_SECONDS)
            try:
                request = read_request(connection)
            except BadRequest as error:
                body = str(error).encode()
                connection.send(b'HTTP/1.1 %d Bad Request\r\nContent-Type: text/plain\r\n'
                                b'Content-Length: %d\r\nConnection: close\r\n\r\n%s'
                                % (error.status, len(body), body))
                return
            if request is None:
                return
            # Back-pressure of a slow reader is no error, however long.
            connection.sock.settimeout(None)
            if not self._serve(request, connection):
                return
