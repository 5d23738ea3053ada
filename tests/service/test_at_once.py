"""Orders that their call cancels in its first transaction, and what fails in it."""

import itertools
from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.needed import OF_ORDER, OF_RECEIPT
from ..helpers.warehouse import WarehouseCase

SETTLE = "_settle_under_locks"


@tagged("post_install", "-at_install")
class TestAtOnce(WarehouseCase):
    def asked_for_receipt_first(self):
        """A mock that is called where the receipt comes first, and does as ever."""
        service = self.env.registry["marketplace.cancellation.service"]
        return patch.object(service, SETTLE, autospec=True, side_effect=getattr(service, SETTLE))

    def fail_after(self, model_name, method):
        """A context in which whatever ``method`` has done fails."""
        model = self.env.registry[model_name]
        do = getattr(model, method)

        def fail(*args, **kwargs):
            do(*args, **kwargs)
            raise UserError("It burns.")  # pylint: disable=translation-required

        return patch.object(model, method, fail)

    def assertFailsWholly(self, name, *where):
        """The receipt survives, somebody is asked, and nothing of what was tried is left."""
        order = self.order_of_three(name)
        texts = [self.chatter(document) for document in (order, order.picking_ids)]
        with self.fail_after(*where), self.asked_for_receipt_first() as settle:
            self.assertEqual(self.request_cancellation(name).status, 500)
        settle.assert_called_once()
        receipt = self.receipts(name)
        self.assertEqual((receipt.state, receipt.error), ("failed", "It burns."))
        self.assertTrue(receipt.decide_before)
        self.assertTrue(receipt.activity_ids)
        self.assertEqual(receipt.delivery_ids.mapped("http_status"), [500])
        self.assertUntouched(order)
        self.assertEqual(self.on_hand(), (100, 3))
        self.assertEqual([self.chatter(own) for own in (order, order.picking_ids)], texts)
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertFalse(receipt.activity_ids)

    def look_up(self, account, *request):
        service = self.env["marketplace.cancellation.service"]
        return service._look_up(account, CancellationRequest(*request))

    def test_look_at_a_call_finds_what_searches_find(self):
        """With what they read, and whether orders of the company are queued."""
        other = self.make_account("other")
        self.order_of_three("A-1")
        self.make_order("A-2", marketplace_account_id=other.id)
        self.make_order("A-3")
        told = {"answer_status": 200, "answer_body": "{}", "told_at": datetime(2024, 3, 4)}
        for values in (
            {"marketplace_order_id": "A-1", "state": "queued", "cancelled_there": True, **told},
            {"marketplace_order_id": "A-1", "cancellation_request_id": "a", "state": "evaluating"},
            {"marketplace_order_id": "A-2", "kind": "part", "state": "part_received"},
            {"marketplace_order_id": "A-2", "account_id": other.id},
            {"marketplace_order_id": "A-4", "state": "waiting"},
        ):
            receipts = self.env["marketplace.cancellation.receipt"]
            receipts.create({"account_id": self.account.id, **values})
        names, ids, found = ("A-1", "A-2", "A-3", "A-4"), (None, "a"), []
        for account, name, id_ in itertools.product(self.account + other, names, ids):
            receipt = receipts._find(account, CancellationRequest(name, id_))
            order = self.env["sale.order"]._find_marketplace_order(account, name)
            read = [receipt.read(OF_RECEIPT, load=None), order.read(OF_ORDER, load=None)]
            self.env.invalidate_all()
            with self.subTest(account=account.code, order=name, request=id_):
                self.assertEqual(self.look_up(account, name, id_), (receipt, order, True))
                with self.assertQueryCount(0):
                    again = [receipt.read(OF_RECEIPT, load=None), order.read(OF_ORDER, load=None)]
                self.assertEqual(again, read)
            found.append((bool(receipt), bool(order)))
        self.assertEqual({*found}, {*itertools.product((True, False), repeat=2)})

    def test_nothing_of_another_company_is_found(self):
        self.make_order("A-1")
        self.register("A-1")._set_queued(self.make_order("A-2"))
        account = self.make_account("other", company_id=self.other_company().id)
        receipt, order, is_queued = self.look_up(account, "A-1")
        self.assertFalse(receipt or order or is_queued)

    def other_company(self):
        return self.env["res.company"].create({"name": "Other"})

    def test_order_that_cannot_be_cancelled(self):
        self.assertFailsWholly("A-1", "sale.order", "action_cancel")

    def test_goods_that_cannot_be_freed_before_the_commit(self):
        self.assertFailsWholly("A-1", "stock.quant", "_take_back")

    def test_messages_that_cannot_be_logged(self):
        self.assertFailsWholly("A-1", "mail.thread", "_log_tracked_together")

    def test_many_serial_numbers_have_their_receipt_first(self):
        """A move of a thousand pieces is no less work than a thousand moves."""
        cup = self.make_product("Cup", tracking="serial")
        lots = self.env["stock.lot"].create([{"product_id": cup.id} for _lot in range(51)])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                cup, self.stock_location, 1, lot_id=lot
            )
        for name, quantity, is_first in (("A-50", 50, False), ("A-51", 51, True)):
            order = self.make_order(name, quantity=quantity, confirm=True, product=cup)
            self.assertEqual(len(order.picking_ids.move_line_ids), quantity)
            with self.asked_for_receipt_first() as settle:
                self.cancel_asking_nobody(order)
            self.assertEqual(settle.called, is_first)
            self.assertEqual(self.on_hand(cup), (51, 0))
