#!/usr/bin/python3
"""Start the Salesforce stand-in; see salesforce_api/README.md."""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from salesforce_api import switches as salesforce_switches     # noqa: E402
from salesforce_api.app import SalesforceApp                   # noqa: E402
from salesforce_api.control_routes import routes               # noqa: E402
from salesforce_api.seed import SIZES                          # noqa: E402
from standin import command                                    # noqa: E402
from standin.control import Control                            # noqa: E402
from standin.delivery import Delivery                          # noqa: E402
from standin.http_server import Server                         # noqa: E402
from standin.log import Log                                    # noqa: E402
from standin.switches import SwitchError, Switches             # noqa: E402

CLIENT_ID = '3MVG9pendoSandboxConsumerKey'
CLIENT_SECRET = 'CLIENTSECRET0123456789ABCDEF'
REFRESH_TOKEN = '5Aep861pendoSandboxRefreshToken'


def _size(text):
    if text in SIZES:
        return SIZES[text]
    if not text.isdigit() or not 20 <= int(text) <= 500_000:
        raise argparse.ArgumentTypeError('small, medium, large or a number of accounts (20 on)')
    return int(text)


def options(arguments):
    parser = argparse.ArgumentParser(description='A local stand-in for the Salesforce API.')
    command.common_options(parser)
    parser.add_argument('--size', type=_size, default=SIZES['small'],
                        help='small, medium, large or a number of accounts')
    parser.add_argument('--client-id', default=CLIENT_ID)
    parser.add_argument('--client-secret', default=CLIENT_SECRET)
    parser.add_argument('--refresh-token', default=REFRESH_TOKEN)
    return parser.parse_args(arguments)


def body_without_secrets(request):
    """What the log keeps of a body: nothing of the forms that carry secrets."""
    if request.path.startswith('/services/oauth2/') and request.body:
        return '(redacted)'
    if request.headers.get('content-encoding') == 'gzip':
        return '(gzip)'
    return request.json_or_text()


def make(args):
    """Application and delivery, wired."""
    switches = Switches(salesforce_switches.TABLE)
    switches.set_all(command.switch_settings(args))
    clock, log = command.clock_of(args), Log(body_without_secrets)
    app = SalesforceApp(args, switches, clock, log)
    control = Control(log, switches, app.faults, clock, routes(app, log, switches))
    return app, Delivery(app, control, log, app.faults, switches)


def main():
    args = options(sys.argv[1:])
    command.prepare(args)
    try:
        app, delivery = make(args)
        server = Server(args.host, args.port, delivery.serve, command.tls_context(args.tls))
    except (SwitchError, ValueError, OSError) as error:
        sys.exit(f'salesforce.py: {error}')
    app.url = command.url_of(args, server.port)
    command.announce(args, server.port, client_id=args.client_id,
                     client_secret=args.client_secret, refresh_token=args.refresh_token,
                     org_id=app.org_id, user_id=app.user_id, username=app.username)
    server.run()


if __name__ == '__main__':
    main()
