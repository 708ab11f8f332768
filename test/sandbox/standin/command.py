"""What the commands of all stand-ins share: options, readiness line, their end."""

import json
import os
import signal
import ssl
import sys
import threading
import time

from .clock import Clock, parse_instant

ENDING = {signal.SIGTERM, signal.SIGINT}


def common_options(parser):
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--now', help='start of the clock, ISO 8601 (default: now)')
    parser.add_argument('--frozen', action='store_true', help='the clock stands still')
    parser.add_argument('--tls', nargs=2, metavar=('CERT', 'KEY'))
    parser.add_argument('--switch', action='append', default=[], metavar='NAME=VALUE')
    parser.add_argument('--port-file', help='write the readiness line there, too')
    parser.add_argument('--exit-with-parent', action='store_true')


def clock_of(args):
    return Clock(parse_instant(args.now) if args.now else None, args.frozen)


def switch_settings(args):
    return dict(pair.partition('=')[::2] for pair in args.switch)


def tls_context(pair):
    if pair is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def url_of(args, port):
    scheme = 'https' if args.tls else 'http'
    host = f'[{args.host}]' if ':' in args.host else args.host
    return f'{scheme}://{host}:{port}'


def announce(args, port, **more):
    """The readiness line: one line of JSON on standard output and in --port-file."""
    line = json.dumps({'url': url_of(args, port), 'port': port, 'pid': os.getpid(), **more})
    if args.port_file:
        with open(args.port_file + '.new', 'w') as file:
            file.write(line + '\n')
        os.rename(args.port_file + '.new', args.port_file)
    print(line, flush=True)


def _watch_parent():
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def _end_at_signal():
    signal.sigwait(ENDING)
    os._exit(0)


def prepare(args):
    """Before anything is built: deep JSON, and the end by a signal or with the parent.

    A thread waits for the signals.  A handler would run in the main thread, which may
    have gone to wait for a connection between the signal and the handler's turn.
    """
    sys.setrecursionlimit(20_000)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    threading.Thread(target=_end_at_signal, daemon=True).start()
    if args.exit_with_parent:
        threading.Thread(target=_watch_parent, daemon=True).start()
