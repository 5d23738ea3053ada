"""`account_move_cancel_confirm` asks people before it cancels an invoice."""

import importlib
from unittest.mock import patch

from odoo.tests import tagged

from ..helpers.warehouse import WarehouseCase

ADDON = "odoo.addons.account_move_cancel_confirm.model.account_move"


@tagged("post_install", "-at_install")
class TestDraftInvoices(WarehouseCase):
    def setUp(self):
        super().setUp()
        if "cancel_confirm" not in self.env["account.move"]._fields:
            self.skipTest("account_move_cancel_confirm is not installed")
        self.env["ir.config_parameter"].set_param("account.move.cancel_confirm_disable", "False")
        # it asks nobody while tests run
        config = {"test_enable": False}
        self.startPatcher(patch.object(importlib.import_module(ADDON), "config", config))

    def test_order_is_not_cancelled_with_a_draft_left(self):
        order = self.order_of_three("D-1")
        invoice = self.invoice(order, "draft")
        self.assertFalse(invoice.cancel_confirm)
        answer = self.request_cancellation("D-1")
        self.assertEqual(invoice.state, "draft")
        self.assertNotEqual(answer.status, 200)
        self.assertEqual((self.receipts("D-1").state, order.state), ("failed", "sale"))
        self.assertIn("could not be cancelled", self.receipts("D-1").error)

    def test_order_is_cancelled_once_somebody_has_cancelled_the_draft(self):
        order = self.order_of_three("D-2")
        invoice = self.invoice(order, "draft")
        self.request_cancellation("D-2")
        invoice.cancel_confirm = True
        invoice.button_cancel()
        self.assertEqual(self.request_cancellation("D-2").status, 200)
        self.assertWhollyCancelled(order)
