#!/usr/bin/python3
"""Start the Pendo stand-in; see README.md beside this file."""

import argparse
import json
import os
import signal
import ssl
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from pendo_api import switches as pendo_switches      # noqa: E402
from pendo_api.app import Keys, PendoApp              # noqa: E402
from pendo_api.control_routes import routes           # noqa: E402
from pendo_api.data.store import SIZES, Store         # noqa: E402
from pendo_api.memo import Memo                       # noqa: E402
from pendo_api.zone import Zone                       # noqa: E402
from standin.clock import Clock, parse_instant        # noqa: E402
from standin.control import Control                   # noqa: E402
from standin.delivery import Delivery                 # noqa: E402
from standin.faults import Faults                     # noqa: E402
from standin.http_server import Server                # noqa: E402
from standin.log import Log                           # noqa: E402
from standin.switches import SwitchError, Switches    # noqa: E402

KEY = '11111111-1111-4111-8111-111111111111'
READ_ONLY_KEY = '22222222-2222-4222-8222-222222222222'
REVOKED_KEY = '33333333-3333-4333-8333-333333333333'


def _size(text):
    if text in SIZES:
        return SIZES[text]
    if not text.isdigit() or not 0 < int(text) <= 2_000_000:
        raise argparse.ArgumentTypeError('small, medium, large or a number of visitors')
    return int(text)


def options(arguments):
    parser = argparse.ArgumentParser(description='A local stand-in for the Pendo API.')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--size', type=_size, default=SIZES['small'],
                        help='small, medium, large or a number of visitors')
    parser.add_argument('--days', type=int, default=60, help='days of history')
    parser.add_argument('--events-per-day', type=int,
                        help='raw events a day (default: by size)')
    parser.add_argument('--now', help='start of the clock, ISO 8601 (default: now)')
    parser.add_argument('--frozen', action='store_true', help='the clock stands still')
    parser.add_argument('--time-zone', default='America/New_York')
    parser.add_argument('--tls', nargs=2, metavar=('CERT', 'KEY'))
    parser.add_argument('--switch', action='append', default=[], metavar='NAME=VALUE')
    parser.add_argument('--key', default=KEY)
    parser.add_argument('--read-only-key', default=READ_ONLY_KEY)
    parser.add_argument('--revoked-key', default=REVOKED_KEY)
    parser.add_argument('--port-file', help='write the readiness line there, too')
    parser.add_argument('--exit-with-parent', action='store_true')
    parser.add_argument('--remember', type=int, metavar='MB',
                        help='keep answers as bytes, for measuring (needs --frozen)')
    args = parser.parse_args(arguments)
    if args.remember and not args.frozen:
        parser.error('--remember needs --frozen')
    return args


def make_delivery(args):
    """Data, application and control, wired."""
    switches = Switches(pendo_switches.TABLE)
    switches.set_all(dict(pair.partition('=')[::2] for pair in args.switch))
    clock = Clock(parse_instant(args.now) if args.now else None, args.frozen)
    store = Store(args.seed, args.size, args.days, Zone(args.time_zone), clock.now(),
                  args.events_per_day)
    keys = Keys(args.key, args.read_only_key, args.revoked_key)
    memo = Memo(args.remember << 20) if args.remember else None
    app = PendoApp(store, switches, clock, keys, memo)
    log, faults = Log(), Faults()
    control = Control(log, switches, faults, clock, routes(app, log))
    return Delivery(app, control, log, faults, switches)


def tls_context(pair):
    if pair is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def announce(args, server):
    scheme = 'https' if args.tls else 'http'
    host = f'[{args.host}]' if ':' in args.host else args.host
    line = json.dumps({
        'url': f'{scheme}://{host}:{server.port}', 'port': server.port, 'pid': os.getpid(),
        'key': args.key, 'read_only_key': args.read_only_key,
        'revoked_key': args.revoked_key, 'time_zone': args.time_zone})
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


def main():
    args = options(sys.argv[1:])
    sys.setrecursionlimit(20_000)
    if args.exit_with_parent:
        threading.Thread(target=_watch_parent, daemon=True).start()
    try:
        delivery = make_delivery(args)
        server = Server(args.host, args.port, delivery.serve, tls_context(args.tls))
    except (SwitchError, ValueError, KeyError, OSError) as error:
        sys.exit(f'pendo.py: {error}')
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    announce(args, server)
    server.run()


if __name__ == '__main__':
    main()
