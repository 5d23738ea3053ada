"""The account that the fuzzing tests call, and what has to be true after it of log and data."""

import re
import time
from collections import Counter

import requests
from fuzz_addresses import CODE
from fuzz_answers import Checks
from fuzz_bodies import CHANGED_ORDERS, ORDERS, SENTINEL
from fuzz_headers import WRONG
from fuzz_wire import send
from odoo_server import TIMEOUT

from odoo.sql_db import db_connect

FAILURE = re.compile(r" (ERROR|CRITICAL) |Traceback")
#: How the HTTP server logs what it refuses by itself.
REFUSED = re.compile(r" ERROR .* werkzeug: .* code (400|414|431|505), message ")


def without_rate_limits(server, account_id):
    """Let calls come as often as they like: nothing here may be answered 429."""
    parameter = "marketplace_order_cancellation.failed_calls_per_minute"
    server.execute("ir.config_parameter", "set_param", parameter, "0")
    server.execute("marketplace.account", "write", [account_id], {"rate_limit": 0})


class Target:
    """An account of the server, its orders, and what became of the calls."""

    def __init__(self, server, marketplace):
        self.server = server
        values = {
            "name": "Fuzz",
            "code": CODE.decode(),
            "allow_query_token": True,
            "arrival_way": "both",
        }
        account_id = server.execute("marketplace.account", "create", values)
        without_rate_limits(server, account_id)
        self.account = marketplace.of_account(account_id, CODE.decode())
        self.account.settle()
        self.key = self.account.headers["X-VTEX-API-AppKey"].encode()
        self.token = self.account.headers["X-VTEX-API-AppToken"].encode()
        self.checks = Checks(secrets=(self.token, WRONG))
        self._make_orders()
        self.untouchable = self._untouchable()
        self.sent = Counter()
        self.statuses = {}

    def _make_orders(self):
        """Confirmed ones and quotations. One is shipped: 200, but the seller has yet to decide."""
        sentinel, *orders = self.account.import_orders([SENTINEL, *ORDERS])
        changed = self.account.import_orders(CHANGED_ORDERS)
        self.account.confirm([sentinel, *orders[::2], *changed])
        (shipped,) = self.account.pickings(orders[:1])
        self.server.execute("stock.picking", "button_validate", [shipped["id"]])

    def call(self, kind, call):
        """Send ``call`` and check what comes back."""
        real = call.of(self.key, self.token)
        self.sent[kind] += 1
        received = send(self.server.port, real)
        outcome = self.checks.check(real, received)
        self.statuses.setdefault(kind, Counter())[outcome] += 1

    # -- Afterwards -------------------------------------------------------------------------------

    def check_no_failure(self):
        """No failure is in the log, and no worker has ended."""
        log = self._complete_log()
        failures = [
            number
            for number, line in enumerate(log)
            if FAILURE.search(line) and not REFUSED.search(line)
        ]
        assert failures == [], "".join(log[failures[0] : failures[0] + 60])
        assert len([line for line in log if "Worker WorkerHTTP" in line and "alive" in line]) == 2

    def check_no_secret(self):
        log = self._complete_log()
        for secret in self.checks.secrets:
            told = [line[:2000] for line in log if secret.decode() in line]
            assert told == [], "".join(told[:10])

    def _complete_log(self):
        """The log, once it tells of a call that is made now."""
        mark = f"/web/health?mark={len(self.server.log)}"
        assert requests.get(self.server.url + mark, timeout=TIMEOUT).status_code == 200
        deadline = time.monotonic() + TIMEOUT
        while not any(mark in line for line in self.server.log):
            assert time.monotonic() < deadline, "the log does not come"
            time.sleep(0.01)
        return list(self.server.log)

    def check_data(self):
        """What was confirmed is cancelled and on record, and nothing else happened."""
        assert self._untouchable() == self.untouchable
        cancelled = self._query(
            "SELECT o.marketplace_order_id, r.protocol_code FROM sale_order o"
            " LEFT JOIN marketplace_cancellation_receipt r"
            " ON r.sale_order_id = o.id AND r.state = 'cancelled'"
            " WHERE o.marketplace_account_id = %s AND o.state = 'cancel'"
        )
        assert {order for order, _receipt in cancelled} == {
            order for order, _receipt in self.checks.confirmed
        }
        assert self.checks.confirmed <= set(cancelled)
        deliveries = self._query(
            "SELECT r.protocol_code, d.http_status, r.kind"
            " FROM marketplace_cancellation_delivery d"
            " JOIN marketplace_cancellation_receipt r ON r.id = d.receipt_id"
            " WHERE r.account_id = %s"
        )
        assert self.checks.receipts <= {receipt for receipt, _status, _kind in deliveries}
        self._check_arrivals(deliveries, "part", {"any_change"}, (202, 409))
        whole = self.statuses.keys() - {"any_hook", "any_change"}
        self._check_arrivals(deliveries, "whole", whole, (200, 409))

    def _check_arrivals(self, deliveries, kind, ways, statuses):
        """So many arrivals are on record as were answered with one of ``statuses``."""
        answered = sum((self.statuses.get(way, Counter()) for way in ways), Counter())
        delivered = Counter(status for _receipt, status, its_kind in deliveries if its_kind == kind)
        assert {s: delivered[s] for s in statuses} == {s: answered[s] for s in statuses}

    def _untouchable(self):
        """The sentinel with its transfers and receipts, and what is cancelled elsewhere."""
        return self._query(
            "SELECT o.id, o.state, o.write_date, p.state, p.write_date, r.id"
            " FROM sale_order o JOIN stock_picking p ON p.sale_id = o.id"
            " LEFT JOIN marketplace_cancellation_receipt r ON r.sale_order_id = o.id"
            " WHERE o.marketplace_account_id = %s AND o.marketplace_order_id = 'SENTINEL-1'"
        ), self._query(
            "SELECT count(*) FROM sale_order"
            " WHERE marketplace_account_id IS DISTINCT FROM %s AND state = 'cancel'"
        )

    def _query(self, query):
        with db_connect(self.server.database).cursor() as cr:
            cr.execute(query, [self.account.account_id])
            return cr.fetchall()
