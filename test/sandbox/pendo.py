#!/usr/bin/python3
"""Start the Pendo stand-in; see README.md beside this file."""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from pendo_api import switches as pendo_switches      # noqa: E402
from pendo_api.app import Keys, PendoApp              # noqa: E402
from pendo_api.control_routes import routes           # noqa: E402
from pendo_api.data.store import SIZES, Store         # noqa: E402
from pendo_api.memo import Memo                       # noqa: E402
from pendo_api.zone import Zone                       # noqa: E402
from standin import command                           # noqa: E402
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
    command.common_options(parser)
    parser.add_argument('--size', type=_size, default=SIZES['small'],
                        help='small, medium, large or a number of visitors')
    parser.add_argument('--days', type=int, default=60, help='days of history')
    parser.add_argument('--events-per-day', type=int,
                        help='raw events a day (default: by size)')
    parser.add_argument('--time-zone', default='America/New_York')
    parser.add_argument('--fault', action='append', default=[], type=json.loads,
                        metavar='RULE', help='a fault rule to begin with, as JSON')
    parser.add_argument('--key', default=KEY)
    parser.add_argument('--read-only-key', default=READ_ONLY_KEY)
    parser.add_argument('--revoked-key', default=REVOKED_KEY)
    parser.add_argument('--remember', type=int, metavar='MB',
                        help='keep answers as bytes, for measuring (needs --frozen)')
    args = parser.parse_args(arguments)
    if args.remember and not args.frozen:
        parser.error('--remember needs --frozen')
    return args


def make_delivery(args):
    """Data, application and control, wired."""
    switches = Switches(pendo_switches.TABLE)
    switches.set_all(command.switch_settings(args))
    clock = command.clock_of(args)
    store = Store(args.seed, args.size, args.days, Zone(args.time_zone), clock.now(),
                  args.events_per_day)
    keys = Keys(args.key, args.read_only_key, args.revoked_key)
    memo = Memo(args.remember << 20) if args.remember else None
    app = PendoApp(store, switches, clock, keys, memo)
    log, faults = Log(), Faults()
    faults.replace(args.fault)
    control = Control(log, switches, faults, clock, routes(app, log))
    return Delivery(app, control, log, faults, switches)


def main():
    args = options(sys.argv[1:])
    command.prepare(args)
    try:
        delivery = make_delivery(args)
        server = Server(args.host, args.port, delivery.serve, command.tls_context(args.tls))
    except (SwitchError, ValueError, KeyError, OSError) as error:
        sys.exit(f'pendo.py: {error}')
    command.announce(args, server.port, key=args.key, read_only_key=args.read_only_key,
                     revoked_key=args.revoked_key, time_zone=args.time_zone)
    server.run()


if __name__ == '__main__':
    main()
