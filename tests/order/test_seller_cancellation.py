"""Marketplace orders that a person cancels in Odoo."""

from unittest.mock import patch

from odoo.addons.sale.models.sale_order import SaleOrder as InSales
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..helpers.outbound import OutboundCase
from ..helpers.seller import SellerCase


@tagged("post_install", "-at_install")
class TestSellerCancels(SellerCase):
    def test_dialog_warns_and_records_the_reason(self):
        order = self.order_of_three("S-1")
        calls = self.seller_cancellations()
        form = self.wizard(order)
        self.assertEqual(form.expectation, "goods")
        with self.assertRaisesRegex(AssertionError, "required field"):
            form.save()
        form.reason = "The teapots are cracked."
        form.save().action_cancel_order()
        self.assertCancelled(order)
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertEqual(calls, [(order, "The teapots are cracked.")])
        self.assertEqual(order.seller_cancel_reason, "The teapots are cracked.")
        said = "Cancelled by the seller; Test Market did not ask for it. "
        said += "Reason: “The teapots are cracked”."
        self.assertIn(said, self.chatter(order))
        message = order.message_ids.filtered(lambda message: "by the seller" in message.body)
        self.assertEqual(message.author_id, self.salesman.partner_id)
        self.assertFalse(self.receipts("S-1"))

    def test_marketplace_that_asks_later_is_confirmed_at_once(self):
        order = self.order_of_three("S-1")
        self.cancel_here(order, "Cracked.")
        self.cancel_asking_nobody(order)
        self.assertEqual(self.receipts("S-1").note, "The order was cancelled already.")

    def test_request_that_waits_for_a_decision_is_confirmed(self):
        order = self.order_of_three("S-1", done=1)
        calls = self.seller_cancellations()
        receipt = self.ask(order)
        self.assertEqual(self.wizard(order).expectation, "cancellation")
        self.cancel_here(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.note, "Sally cancelled the order in Odoo.")
        self.assertIn("Sally cancelled the order in Odoo.", order.marketplace_notice_details)
        self.assertFalse(receipt.activity_ids)
        self.assertConfirmation(self.request_cancellation("S-1"), order)
        self.assertEqual((calls, order.seller_cancel_reason), ([], False))

    def test_request_that_waits_for_the_confirmation_is_confirmed(self):
        self.request_cancellation("S-1")
        order = self.make_order("S-1")
        calls = self.seller_cancellations()
        self.cancel_here(order)
        self.assertEqual(self.receipts("S-1").state, "cancelled")
        self.assertFalse(calls)

    def test_refused_order_is_still_expected(self):
        order = self.order_of_three("S-1", done=1)
        self.ask(order).action_refuse("It has left.")
        calls = self.seller_cancellations()
        self.assertEqual(self.wizard(order).expectation, "goods")
        self.cancel_here(order, "It came back.")
        self.assertEqual(calls, [(order, "It came back.")])

    def test_no_echo_of_the_marketplaces_own_cancellation(self):
        order = self.order_of_three("S-1")
        calls = self.seller_cancellations()
        self.cancel_asking_nobody(order)
        order.action_draft()
        self.assertEqual(self.wizard(order).expectation, "nothing")
        self.cancel_here(order)
        self.assertEqual((order.state, calls), ("cancel", []))

    def test_order_kept_open_is_not_expected(self):
        order = self.order_of_three("S-1", done=1)
        self.ask(order).action_keep("The shopper keeps it.")
        calls = self.seller_cancellations()
        self.assertEqual(self.wizard(order).expectation, "nothing")
        self.cancel_here(order)
        self.assertEqual((order.state, calls), ("cancel", []))

    def test_without_the_dialog_there_is_no_reason(self):
        """As another program does it."""
        order = self.order_of_three("S-1")
        calls = self.seller_cancellations()
        order.with_user(self.salesman).action_cancel()
        self.assertEqual(calls, [(order, None)])
        self.assertIn(
            "Cancelled by the seller; Test Market did not ask for it.", self.chatter(order)
        )

    def test_failure_tells_nobody(self):
        order = self.order_of_three("S-1")
        order.action_lock()
        calls = self.seller_cancellations()
        with self.assertRaisesRegex(UserError, "locked"):
            self.cancel_here(order, "Cracked.")
        self.assertUntouched(order)
        self.assertEqual((calls, order.seller_cancel_reason), ([], False))

    def test_second_cancellation_tells_nobody(self):
        order = self.order_of_three("S-1")
        order.action_cancel()
        calls = self.seller_cancellations()
        order._action_cancel()
        self.assertFalse(calls)

    def test_plain_orders_have_no_part_in_it(self):
        order = self.make_order(confirm=True)
        calls = self.seller_cancellations()
        order.action_cancel()
        self.assertEqual((order.state, calls), ("cancel", []))


@tagged("post_install", "-at_install")
class TestReplacementsCancelledHere(SellerCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("S-1")
        self.replacement = self.make_order(
            quantity=2, replaced_order_id=self.order.id, confirm=True
        )

    def test_marketplace_is_told_of_the_last_one(self):
        calls = self.seller_cancellations()
        form = self.wizard(self.order)
        self.assertEqual(form.replacements, self.replacement.name)
        self.cancel_here(self.order, "The parcel is lost.")
        self.assertEqual(calls, [])
        self.replacement.action_cancel()
        self.assertEqual(calls, [(self.order, None)])

    def test_request_is_confirmed_with_the_last_one(self):
        self.account.on_picking = "ask"
        self.order.picking_ids.move_ids.picked = True
        receipt = self.ask(self.order)
        self.cancel_here(self.order)
        self.assertEqual(receipt.state, "evaluating")
        self.assertTrue(self.replacement.marketplace_hold)
        self.replacement.action_cancel()
        self.assertEqual(receipt.state, "cancelled")


@tagged("post_install", "-at_install")
class TestLeftOpen(SellerCase):
    def test_order_that_another_addon_leaves_open_is_not_settled(self):
        order = self.order_of_three("S-1", done=1)
        receipt = self.ask(order)
        with patch.object(InSales, "_action_cancel", lambda orders: True):
            order._action_cancel()
        self.assertEqual((order.state, receipt.state), ("sale", "evaluating"))

    def test_dialog_of_an_order_of_no_marketplace(self):
        wizard = self.env["marketplace.order.cancel"].create({"order_id": self.make_order().id})
        self.assertFalse(wizard.marketplace_order_id)
        self.assertFalse(wizard.can_tell)


@tagged("post_install", "-at_install")
class TestTheLastOneEndsTheOrderThere(OutboundCase, SellerCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("S-1")
        self.new = self.make_order(quantity=2, replaced_order_id=self.order.id, confirm=True)
        self.cancel_here(self.order, "The parcel is lost.")

    def test_here_and_there(self):
        form = self.wizard(self.new)
        self.assertTrue(form.can_tell)
        form.reason = "Sold out."
        form.save().action_cancel_everywhere()
        self.assertEqual(self.new.state, "cancel")
        call = self.calls(self.order)
        self.assertEqual((call.kind, call.body), ("cancel", {"reason": "Sold out."}))

    def test_here_only(self):
        self.cancel_here(self.new, "Sold out.")
        self.assertFalse(self.calls(self.order))
        self.assertTrue(self.order.is_untold)


@tagged("post_install", "-at_install")
class TestSellerCancelsMany(SellerCase):
    def wizard(self, orders):
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.salesman)
        return Form(wizards.with_context(active_ids=orders.ids))

    def test_marketplace_orders_are_counted_and_get_the_reason(self):
        expected = self.make_order("S-1", confirm=True) | self.make_order("S-2")
        plain = self.make_order(confirm=True)
        asked = self.order_of_three("S-3", done=1)
        receipt = self.ask(asked)
        long_ago = self.make_order("S-4")
        long_ago.action_cancel()
        calls = self.seller_cancellations()
        form = self.wizard(expected | plain | asked | long_ago)
        self.assertEqual(form.expected_orders_count, 2)
        self.assertEqual(
            form.asked_orders,
            f"The marketplace asks to cancel 1 of them as well ({asked.name}): its request will be "
            "confirmed. It refunds what the shopper paid there.",
        )
        with self.assertRaisesRegex(AssertionError, "required field"):
            form.save()
        form.seller_cancel_reason = "Sold out."
        self.assertFalse(form.can_tell)
        name = self.account.name
        told = form.save().action_mass_cancel()["params"]["message"]
        self.assertEqual(
            told,
            f"Cancelled here: 4. {name} is not told of 2, and still expects the goods. "
            f"{name} asked to cancel 1, and gets its confirmation.",
        )
        self.assertEqual(set((expected | plain | asked).mapped("state")), {"cancel"})
        self.assertCountEqual(calls, [(order, "Sold out.") for order in expected])
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.note, "Sally cancelled the order in Odoo.")

    def test_only_orders_that_their_marketplaces_ask_to_cancel(self):
        orders = self.order_of_three("S-1", done=1) | self.order_of_three("S-2", done=1)
        for order in orders:
            self.ask(order)
        form = self.wizard(orders)
        self.assertEqual(form.expected_orders_count, 0)
        self.assertIn(f"2 of them as well ({', '.join(orders.mapped('name'))})", form.asked_orders)
        told = form.save().action_mass_cancel()["params"]
        self.assertEqual(told["type"], "success")
        self.assertEqual(
            told["message"],
            f"Cancelled here: 2. {self.account.name} asked to cancel 2, and gets its confirmation.",
        )

    def test_orders_that_several_marketplaces_ask_to_cancel(self):
        other = self.make_account("other", name="Other", on_picking="ask")
        accounts = self.account | other
        orders = self.env["sale.order"].union(
            *(
                self.make_order(f"S-{number}", confirm=True, marketplace_account_id=account.id)
                for number, account in enumerate(accounts)
            )
        )
        for order in orders:
            values = {"sale_order_id": order.id, "state": "evaluating"}
            self.env["marketplace.cancellation.receipt"].create(
                {
                    "account_id": order.marketplace_account_id.id,
                    "marketplace_order_id": order.marketplace_order_id,
                    **values,
                }
            )
        names = ", ".join(orders.mapped("name"))
        self.assertEqual(
            self.wizard(orders).asked_orders,
            f"Their marketplaces ask to cancel 2 of them as well ({names}): their requests will be "
            "confirmed. They refund what the shoppers paid there.",
        )
        accounts.active = False
        self.assertEqual(
            self.wizard(orders).asked_orders,
            f"Their marketplaces ask to cancel 2 of them as well ({names}). They do not learn of "
            "it, as their accounts are archived.",
        )

    def test_request_of_an_archived_account(self):
        order = self.order_of_three("S-1", done=1)
        self.ask(order)
        self.account.active = False
        form = self.wizard(order)
        told = "does not learn of it, as its account is archived."
        self.assertIn(told, form.asked_orders)
        single = self.env["marketplace.order.cancel"].create({"order_id": order.id})
        self.assertTrue(single.is_archived)
        self.assertIn(
            "asked to cancel 1, and does not learn of it: its account is archived.",
            form.save().action_mass_cancel()["params"]["message"],
        )

    def test_plain_orders_need_no_reason(self):
        orders = self.make_order(confirm=True) | self.make_order()
        form = self.wizard(orders)
        self.assertEqual(form.expected_orders_count, 0)
        self.assertFalse(form.save().action_mass_cancel())
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
