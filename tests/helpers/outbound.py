"""Accounts that call a marketplace, which is a real server on this machine."""

import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import config

from .stub_marketplace import StubMarketplace
from .warehouse import WarehouseCase

CALL = "marketplace.outbound.call"
TOKEN = "an-outbound-t0ken"
#: Where the tests' marketplaces are.
OWN_MACHINE = "127.0.0.0/8 ::1"


class OutboundCase(WarehouseCase):
    """The account ``test-market`` is connected to ``self.marketplace``."""

    def setUp(self):
        super().setUp()
        self.allow(OWN_MACHINE)
        self.marketplace = self.enterContext(StubMarketplace())
        self.connect(self.account)
        self.product.default_code = "TEAPOT"

    def allow(self, networks):
        """Let the server's configuration name these ``networks`` as what may be called."""
        self.enterContext(patch.dict(os.environ, {"MARKETPLACE_OUTBOUND_NETWORKS": ""}))
        self.enterContext(patch.dict(config.options, {"marketplace_outbound_networks": networks}))

    def connect(self, account, **values):
        account.write(
            {
                "services_endpoint": f"{self.marketplace.url}/api/oms?an=lux",
                "outbound_key": "a-key",
                "new_outbound_token": TOKEN,
                **values,
            }
        )
        self.assertTrue(account.is_connected)

    def send(self):
        """Run the job that sends what is due."""
        self.run_cron("cron_send_calls")

    def calls(self, order):
        """The calls for ``order``, oldest first."""
        return order.outbound_call_ids.sorted("id")

    def refused(self, marketplace_order_id, invoice=None, **body):
        """A shipped order whose cancellation is refused; return it and the receipt."""
        order = self.order_of_three(marketplace_order_id, done=1)
        if invoice:
            self.invoice(order, invoice)
        receipt = self.ask(order, **body)
        receipt.action_refuse("It has left.")
        return order, receipt

    def cancelled_here(self, order, reason="Cracked."):
        """Cancel ``order`` as a person who wants the marketplace to be told."""
        wizard = self.env["marketplace.order.cancel"].create(
            {"order_id": order.id, "reason": reason}
        )
        wizard.action_cancel_everywhere()
        return self.calls(order)

    def make_due(self, calls, age=None):
        """Let ``calls`` be due now; the first try was ``age`` (a timedelta) ago if given."""
        now = fields.Datetime.now()
        calls.next_attempt_at = now - timedelta(seconds=1)
        if age:
            calls.pending_since = now - age
        self.env.flush_all()
