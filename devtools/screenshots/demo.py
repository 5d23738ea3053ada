"""The demo that is being served: its endpoint as the marketplace sees it, its records as admin."""

import json
import time
from contextlib import contextmanager
from pathlib import Path

import requests

TIMEOUT = 120  # seconds


class Demo:
    def __init__(self, info_file):
        self.info = json.loads(Path(info_file).read_text())
        self.url = self.info["url"]
        self.account_id = self.account(self.info["account"])

    def cancel(self, order, address=None, **body):
        """Call the endpoint; return the answer's status.

        :param address: the order in the address, by default ``order``
        """
        return self._call("POST", f"{address or order}/cancel", marketplaceOrderId=order, **body)

    def change(self, order, **body):
        """Ask for a change of a part of an order; return the answer's status."""
        return self._call("PATCH", f"{order}/changes", **body)

    def _call(self, method, path, **body):
        response = requests.request(
            method,
            f"{self.url}/marketplace/{self.info['account']}/pvt/orders/{path}",
            json=body,
            headers={
                "X-VTEX-API-AppKey": self.info["app_key"],
                "X-VTEX-API-AppToken": self.info["app_token"],
            },
            timeout=TIMEOUT,
        )
        return response.status_code

    def execute(self, model, method, *args, **kwargs):
        """Call a public method as the administrator."""
        arguments = [self.info["database"], 2, self.info["password"], model, method, args, kwargs]
        call = {"service": "object", "method": "execute_kw", "args": arguments}
        answer = requests.post(
            f"{self.url}/jsonrpc", json={"method": "call", "params": call}, timeout=TIMEOUT
        ).json()
        if error := answer.get("error"):
            raise RuntimeError(error["data"]["message"])
        return answer.get("result")

    def search(self, model, domain, **kwargs):
        return self.execute(model, "search", domain, **kwargs)

    def wait_until_none(self, model, domain):
        """Until the jobs have left no such record."""
        deadline = time.monotonic() + TIMEOUT
        while found := self.search(model, domain):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{model}: {found}")
            time.sleep(1)

    @contextmanager
    def known_as(self, address):
        """Have Odoo show ``address`` as its own, as it does once it serves a shop.

        It is still called at ``url``.
        """
        given = {"web.base.url": address, "web.base.url.freeze": "True"}
        before = {name: self._set_parameter(name, value) for name, value in given.items()}
        try:
            yield
        finally:
            for name, value in before.items():
                self._set_parameter(name, value)

    def _set_parameter(self, name, value):
        """Set a system parameter, or remove it if ``value`` is False; return what it was."""
        return self.execute("ir.config_parameter", "set_param", name, value)

    def receipt(self, order):
        """ID of the newest receipt of a marketplace order."""
        domain = [("account_id", "=", self.account_id), ("marketplace_order_id", "=", order)]
        return self.search("marketplace.cancellation.receipt", domain, limit=1)[0]

    def order(self, marketplace_order_id):
        """ID of a marketplace's order."""
        domain = [("marketplace_order_id", "=", marketplace_order_id)]
        return self.search("sale.order", domain, limit=1)[0]

    def pickings(self, marketplace_order_id):
        domain = [("sale_id", "=", self.order(marketplace_order_id))]
        return self.search("stock.picking", domain, order="id")

    def account(self, code):
        """ID of an account."""
        return self.search("marketplace.account", [("code", "=", code)])[0]
