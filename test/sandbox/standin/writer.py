"""Puts a body on the wire: framing, compression, pace, rude endings."""

import zlib

BUFFER = 64 * 1024
PROMISE = 4096      # bytes a broken-off body of known length still owes


class PeerGone(OSError):
    pass


class Writer:
    """framing: "chunked", "length" (collects first) or "close"."""

    def __init__(self, connection, status_line, headers, framing, gzip):
        self._connection = connection
        self._status_line = status_line
        self._headers = headers
        self._framing = framing
        self._gzip = zlib.compressobj(1, zlib.DEFLATED, 31) if gzip else None
        self._pending = []
        self._pending_bytes = 0
        self._head_sent = False
        self._corrupt = False
        self._pace = None
        self.bytes = 0

    @property
    def is_gzip(self):
        return self._gzip is not None

    def data(self, data):
        if self._gzip is not None:
            data = self._gzip.compress(data)
        self._queue(data)
        if self._framing != 'length' and (self._pace or self._pending_bytes >= BUFFER):
            self._push()

    def _queue(self, data):
        if data:
            if self._corrupt:
                data = bytes(255 - byte for byte in data)
            self._pending.append(data)
            self._pending_bytes += len(data)

    def _send_head(self, length=None):
        if self._head_sent:
            return
        self._head_sent = True
        headers = dict(self._headers)
        if self._framing == 'chunked':
            headers['Transfer-Encoding'] = 'chunked'
        elif self._framing == 'length':
            headers['Content-Length'] = str(length)
        lines = [self._status_line] + [f'{name}: {value}'
                                       for name, value in headers.items()]
        self._connection.send(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1'))

    def _push(self):
        """Send what is pending as one chunk (or several, when paced)."""
        data = b''.join(self._pending)
        self._pending, self._pending_bytes = [], 0
        self._send_head(len(data))
        if self._pace is None:
            self._chunk(data)
            return
        size, seconds = self._pace
        for start in range(0, len(data), size):
            self._chunk(data[start:start + size])
            if self._connection.peer_is_gone(seconds):
                raise PeerGone('the peer left while dripping')

    def _chunk(self, data):
        if not data:
            return
        if self._framing == 'chunked':
            self._connection.send(b'%x\r\n%s\r\n' % (len(data), data))
        else:
            self._connection.send(data)
        self.bytes += len(data)

    def slow_down(self, size, seconds):
        if self._framing != 'length':
            self._push()
        self._pace = (max(1, int(size)), float(seconds))

    def corrupt_from_here(self):
        self._flush_compressor()
        self._corrupt = True

    def _flush_compressor(self):
        if self._gzip is not None:
            self._queue(self._gzip.flush(zlib.Z_SYNC_FLUSH))

    def interrupt(self):
        """Send everything so far, in a frame that promises more."""
        self._flush_compressor()
        self._send_head(self._pending_bytes + PROMISE)
        self._push()

    def finish(self, gzip_trailer=True):
        if self._gzip is not None:
            if gzip_trailer:
                self._queue(self._gzip.flush())
            else:
                self._flush_compressor()
        self._push()
        if self._framing == 'chunked':
            self._connection.send(b'0\r\n\r\n')
