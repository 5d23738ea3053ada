"""Start the marketplace simulator from the command line: ``python run.py --port 8099``."""

import argparse
import secrets
import signal
import sys
import threading
from pathlib import Path

# The folder of this script is no place to import from: it is a package itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from simulator import clock  # noqa: E402
from simulator.app import create_app  # noqa: E402
from simulator.keys import Key  # noqa: E402
from simulator.marketplace import Marketplace  # noqa: E402
from simulator.refusal import Refusal  # noqa: E402
from simulator.settings import FORMS, Settings  # noqa: E402

READ_ONLY_KEY = "read-only"
TELL = """Marketplace simulator: {url}
  services endpoint: {url}/api/oms
  app key {key}, token {token}
  app key {read_only.key}, token {read_only.token} (may read orders, nothing else)
  calls the seller at {seller}"""


class QuietHandler(WSGIRequestHandler):
    """Logs no requests: the page asks every two seconds, and addresses may hold tokens."""

    def log_request(self, code="-", size="-"):
        pass


def parse(arguments):
    parser = argparse.ArgumentParser(prog="marketplace", description=__doc__)
    parser.add_argument("--host", help="listen there, for any Host (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8099, help="default 8099; 0: any free one")
    parser.add_argument("--seller-url", default="", help="the registered fulfillment endpoint")
    parser.add_argument("--seller-key", default="", help="app key that the seller gave")
    parser.add_argument("--seller-token", default="", help="and its token")
    parser.add_argument("--seller-form", choices=FORMS, default="headers")
    parser.add_argument("--app-key", default="simulator", help="key that the seller calls with")
    parser.add_argument("--app-token", help="and its token (default: made up)")
    parser.add_argument("--empty", action="store_true", help="begin without the demo's orders")
    return parser.parse_args(arguments)


def make_marketplace(options):
    try:
        settings = Settings().changed(
            {
                "seller_url": options.seller_url,
                "seller_key": options.seller_key,
                "seller_token": options.seller_token,
                "seller_form": options.seller_form,
            }
        )
    except Refusal as refusal:
        sys.exit(f"marketplace: {refusal.message}")
    keys = (
        Key(options.app_key, options.app_token or secrets.token_urlsafe(24)),
        Key(READ_ONLY_KEY, secrets.token_urlsafe(24), ("read", "list")),
    )
    return Marketplace(settings, keys), keys


def main():
    options = parse(sys.argv[1:])
    marketplace, keys = make_marketplace(options)
    if not options.empty:
        marketplace.add_demo_orders()
    host = options.host or "127.0.0.1"
    hosts = None if options.host else set()
    app = create_app(marketplace, hosts)
    # An occupied port ends the process here, with a sentence of the server's own.
    server = make_server(host, options.port, app, threaded=True, request_handler=QuietHandler)
    if hosts is not None:
        hosts.update(f"{name}:{server.port}" for name in ("127.0.0.1", "localhost"))
    url = f"http://{f'[{host}]' if ':' in host else host}:{server.port}"
    seller = marketplace.redaction.url(options.seller_url) or "(none yet)"
    full, read_only = keys
    print(
        TELL.format(url=url, key=full.key, token=full.token, read_only=read_only, seller=seller),
        flush=True,
    )

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: marketplace.stop.set())
    clock.start(marketplace)
    marketplace.mail.start()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    serving.start()
    marketplace.stop.wait()
    server.shutdown()
    serving.join()
    server.server_close()


if __name__ == "__main__":
    main()
