"""The three things that are called: this addon's endpoint, Odoo's JSON-2 API, the empty POST."""

import itertools
import json
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

from .load import Failed, call, message

_PATIENCE = 30  # how often an integrator calls JSON-2 again before giving up
_RECEIPT = "marketplace.cancellation.receipt"
_OPEN_ORDERS = [["state", "not in", ["draft", "sent", "cancel"]]]  # what the menu Orders shows
_ROWS = 80  # of a list, as Odoo shows it
_PERIOD = timedelta(days=30)


class Client:
    """Makes the jobs of :func:`.load.run` for one server, or for several: calls go to each in turn.

    :param ports: of the servers
    """

    def __init__(self, ports, shop):
        self.ports = ports
        self.shop = shop
        self._turns = itertools.cycle(ports)
        self._asked = {}

    @property
    def port(self):
        return next(self._turns)

    def empty(self):
        """A job: the floor."""
        request = message("POST", "/marketplace_bench/empty")

        def job():
            status, _body = call(self.port, request)
            if status != 200:
                raise Failed(f"empty POST answered {status}")
            return 0

        return job

    def cancel(self, marketplace_order_id):
        """A job: what a marketplace does."""
        headers = {
            "X-VTEX-API-AppKey": self.shop.app_key,
            "X-VTEX-API-AppToken": self.shop.app_token,
        }
        request = message(
            "POST",
            f"/marketplace/demo/pvt/orders/{marketplace_order_id}/cancel",
            headers,
            {"marketplaceOrderId": marketplace_order_id},
        )

        def job():
            status, body = call(self.port, request)
            if status != 200 or not body:
                raise Failed(f"{marketplace_order_id} answered {status}: {body[:200]!r}")
            return 0

        return job

    def cancel_all(self, cell, name):
        """Jobs: each order of ``name`` in the way of ``cell``."""
        make = self.json2_cancel if cell.what == "json2" else self.cancel
        return [make(marketplace_id) for marketplace_id in self.shop.marketplace_ids(name)]

    def json2_cancel(self, marketplace_order_id):
        """A job: what an integrator does without this addon, again when the server fails."""
        domain = [
            ["marketplace_order_id", "=", marketplace_order_id],
            ["marketplace_account_id", "=", self.shop.account_id],
        ]
        key = self.shop.integrator_key
        search = self._json2_message(key, "sale.order", "search", domain=domain)

        def job():
            repeated, ids = self._json2_again(search)
            if len(ids) != 1:
                raise Failed(f"JSON-2 found {ids} for {marketplace_order_id}")
            cancel = self._json2_message(key, "sale.order", "action_cancel", ids=ids)
            more, _result = self._json2_again(cancel)
            return repeated + more

        return job

    def _json2_again(self, request):
        for repeated in range(_PATIENCE):
            status, body = call(self.port, request)
            if status == 200:
                return repeated, json.loads(body)
            if status < 500 and status != 409:
                break
        raise Failed(f"JSON-2 answered {status}: {body[:300]!r}")

    def _json2_message(self, key, model, method, **arguments):
        headers = {"Authorization": f"bearer {key}"}
        return message("POST", f"/json/2/{model}/{method}", headers, arguments)

    def admin(self, model, method, **arguments):
        """Call a method as the administrator."""
        request = self._json2_message(self.shop.admin_key, model, method, **arguments)
        return self._json2_again(request)[1]

    def screen(self, name):
        """A job: the main question of the web client when the administrator opens a screen.

        :param name: ``receipts``: the first page of the list; ``dashboard``: the last thirty days;
            ``health``: of the account
        """
        ids = [self.shop.account_id]
        if name == "receipts":
            return self._open_list(_RECEIPT, [["is_test", "=", False]])
        if name == "health":
            read = {"ids": ids, "fields": ["health_checks"]}
            return self._json2_job("marketplace.account", "read", read)
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        period = {"ids": ids, "begin": str(now - _PERIOD), "end": str(now)}
        return self._json2_job("marketplace.account", "cancellation_figures", period)

    def list_of_orders(self):
        """A job: somebody opens the list of orders."""
        return self._open_list("sale.order", _OPEN_ORDERS)

    def validate(self, transfer_id):
        """A job: somebody validates a transfer."""
        arguments = {"ids": [transfer_id]}
        request = self._json2_message(
            self.shop.admin_key, "stock.picking", "button_validate", **arguments
        )

        def job():
            repeated, result = self._json2_again(request)
            if result is not True:
                raise Failed(f"validating transfer {transfer_id} answered {result}")
            return repeated

        return job

    def _open_list(self, model, domain):
        """A job: what the web client asks for to show the first page of a list."""
        limits = {"limit": _ROWS, "count_limit": 10_001}
        asked = {"domain": domain, "specification": self._columns(model), **limits}
        return self._json2_job(model, "web_search_read", asked)

    def _columns(self, model):
        """The fields of the model's list, as the web client asks for them."""
        if model not in self._asked:
            views = self.admin(model, "get_views", views=[[False, "list"]])
            fields, asked = views["models"][model]["fields"], {}
            for node in ElementTree.fromstring(views["views"]["list"]["arch"]).findall("field"):
                has_name = fields[node.get("name")]["type"] == "many2one" or "tags" in (
                    node.get("widget") or ""
                )
                asked[node.get("name")] = {"fields": {"display_name": {}}} if has_name else {}
            self._asked[model] = asked
        return self._asked[model]

    def _json2_job(self, model, method, arguments):
        request = self._json2_message(self.shop.admin_key, model, method, **arguments)
        return lambda: self._json2_again(request)[0]

    def set_mode(self, mode):
        """Let the account settle in ``mode``: "immediate", "default" or "background"."""
        defaults = self.shop.defaults
        values = {
            "immediate": {"settlement": "immediate", "background_after": 0},
            "background": dict(defaults, settlement="background"),
            "default": defaults,
        }[mode]
        self.admin("marketplace.account", "write", ids=[self.shop.account_id], vals=values)

    def queries(self):
        """How many queries the servers' workers have made so far."""
        request = message("GET", "/marketplace_bench/queries")
        return sum(int(call(port, request)[1]) for port in self.ports)
