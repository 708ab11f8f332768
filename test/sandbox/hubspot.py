#!/usr/bin/python3
"""Start the HubSpot stand-in; see hubspot_api/README.md."""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from hubspot_api import auth, switches as hubspot_switches      # noqa: E402
from hubspot_api.app import FAULTS, HubSpotApp, show_body       # noqa: E402
from hubspot_api.control_routes import routes                   # noqa: E402
from hubspot_api.seed import SIZES                              # noqa: E402
from standin import command                                     # noqa: E402
from standin.control import Control                             # noqa: E402
from standin.delivery import Delivery                           # noqa: E402
from standin.faults import Faults                               # noqa: E402
from standin.http_server import Server                          # noqa: E402
from standin.log import Log                                     # noqa: E402
from standin.switches import SwitchError, Switches              # noqa: E402


def _size(text):
    if text in SIZES:
        return SIZES[text]
    if not text.isdigit() or int(text) > 200_000:
        raise argparse.ArgumentTypeError(', '.join(SIZES) + ' or a number of companies')
    return int(text)


def options(arguments):
    parser = argparse.ArgumentParser(description='A local stand-in for the HubSpot API.')
    command.common_options(parser)
    parser.add_argument('--size', type=_size, default=SIZES['small'],
                        help='none, small, medium, large or a number of companies')
    parser.add_argument('--time-zone', default='America/New_York')
    return parser.parse_args(arguments)


def make_delivery(args):
    """Application and control, wired: (delivery, application)."""
    switches = Switches(hubspot_switches.TABLE)
    switches.set_all(command.switch_settings(args))
    clock, faults, log = command.clock_of(args), Faults(FAULTS), Log(show_body)
    app = HubSpotApp(switches, clock, faults, args.seed, args.size, args.time_zone)
    control = Control(log, switches, faults, clock, routes(app, log))
    return Delivery(app, control, log, faults, switches), app


def main():
    args = options(sys.argv[1:])
    command.prepare(args)
    try:
        delivery, app = make_delivery(args)
        server = Server(args.host, args.port, delivery.serve, command.tls_context(args.tls))
    except (SwitchError, ValueError, KeyError, OSError) as error:
        sys.exit(f'hubspot.py: {error}')
    app.url = command.url_of(args, server.port)
    command.announce(
        args, server.port, portal_id=app.portal_id, token=auth.FULL,
        read_only_token=auth.READ_ONLY, revoked_token=auth.REVOKED,
        second_token=auth.SECOND, expired_token=app.tokens.expired,
        client_id=auth.CLIENT_ID, client_secret=auth.CLIENT_SECRET,
        refresh_token=auth.REFRESH, time_zone=args.time_zone)
    server.run()


if __name__ == '__main__':
    main()
