"""The demo server as seen from outside: is its port free, does it answer, how to use it."""

import http.client
import json
import os
import secrets
import socket
import sys
from pathlib import Path

ORDER = "959311095"
PAGE = "/odoo/marketplace-cancellations"
LOGIN = PASSWORD = "admin"

SUMMARY = """
Odoo with demo data: {url}

1. Cancel the order {order} as its marketplace does. Copy this into another terminal:

curl -sS -w '\\n' -X POST {url}/marketplace/{account}/pvt/orders/{order}/cancel \\
  -H 'Content-Type: application/json' \\
  -H 'X-VTEX-API-AppKey: {app_key}' \\
  -H 'X-VTEX-API-AppToken: {app_token}' \\
  -d '{{"marketplaceOrderId": "{order}", "reason": "Ordered by mistake", "requestedByUser": true}}'

2. See what came of it. Log in as {login}, password {password}:

{page}
"""

CONNECTED = """
Odoo with demo data: {url}
The marketplace that it is connected with: {marketplace_url}

1. Cancel an order on the marketplace's page.

2. See what came of it. Log in to Odoo as {login}, password {password}:

{page}

Your own calls go to {url}/marketplace/{account}
  X-VTEX-API-AppKey: {app_key}
  X-VTEX-API-AppToken: {app_token}
"""


def check_port(port):
    """Fail unless a server can have this port."""
    try:
        socket.create_server(("127.0.0.1", int(port))).close()
    except OSError as error:
        reason = os.strerror(error.errno)
        sys.exit(f"dev: port {port} cannot be had ({reason}): choose one with DEV_PORT")


def answers(port):
    """Fail unless the login page comes: then the database and the assets are there too."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        connection.request("GET", "/web/login")
        sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
    except OSError:
        sys.exit(1)


def secret():
    """Tell a new app token."""
    print(secrets.token_urlsafe(24))


def keys(credentials_file):
    """Tell the account's code, app key and app token, one a line."""
    credentials = json.loads(Path(credentials_file).read_text())
    print(credentials["account"], credentials["app_key"], credentials["app_token"], sep="\n")


def write(info_file, credentials_file, url, database, pid, marketplace_url="", marketplace_pid=""):
    """Write down how to use the running server."""
    info = {
        "url": url,
        "database": database,
        "login": LOGIN,
        "password": PASSWORD,
        **json.loads(Path(credentials_file).read_text()),
        "pid": int(pid),
    }
    if marketplace_url:
        info["marketplace_url"] = marketplace_url
        info["marketplace_pid"] = int(marketplace_pid)
    new_file = f"{info_file}.new"
    with os.fdopen(os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(info, file, indent=2)
        file.write("\n")
    Path(new_file).replace(info_file)


def show(info_file):
    """Tell on the terminal how to use the running server."""
    info = json.loads(Path(info_file).read_text())
    summary = CONNECTED if "marketplace_url" in info else SUMMARY
    print(summary.format(order=ORDER, page=f"{info['url']}{PAGE}", **info))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    commands = {
        "check-port": check_port,
        "answers": answers,
        "secret": secret,
        "keys": keys,
        "write": write,
        "show": show,
    }
    commands[command](*arguments)
