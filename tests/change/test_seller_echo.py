"""The marketplace tells the seller of a change that the seller has made itself: no echo."""

import json

from odoo.tests import tagged

from ...tools.change.known import pair
from ...tools.change.there import ChangeThere
from ...tools.inbound.order_change import OrderChange
from ..helpers.seller_parts import SellerPartCase

NOTE = "The seller's own change"


@tagged("post_install", "-at_install")
class TestEcho(SellerPartCase):
    def taken_out(self, order_id, **quantities):
        """An order out of which the seller took something, and the call that says so."""
        order = self.order_of_both(order_id)
        return order, self.take_out(order, **(quantities or {"POT": 1}))

    def answered(self, call, change_id):
        """The marketplace has taken ``call``, and says which change it is."""
        call._end("sent", change_id=change_id)

    def assertEcho(self, order, call, change_id="C-1", **ordered):
        receipt = self.change_of(order.marketplace_order_id, change_id)
        self.assertEqual((receipt.kind, receipt.state), ("part", "part_cancelled"), receipt.error)
        self.assertRegex(receipt.note, rf"^{NOTE}(: .+)?\.$")
        self.assertEqual(receipt.own_change_call_id, call)
        self.assertEqual(receipt.sale_order_id, order)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2} | ordered)
        self.assertFalse(order._has_open_change())
        return receipt

    def ask_both(self, order_id, change_id="C-1", **body):
        """Let the marketplace ask for both agreements, one after the other."""
        answers = [
            self.ask_change(order_id, agreement, change_id, **body)
            for agreement in ("Acknowledgment", "Confirmation")
        ]
        self.run_cron("cron_settle_changes")
        self.assertEqual([answer.status for answer in answers], [202, 202])
        return answers

    def test_told_back_after_our_call_was_answered(self):
        order, call = self.taken_out("E-1")
        self.answered(call, "C-1")
        _first, last = self.ask_both("E-1", remove=self.items(POT=1))
        self.assertEqual(json.loads(last.body)["status"], "done")
        receipt = self.assertEcho(order, call)
        self.assertEqual(receipt.note, f"{NOTE}: 1 × {self.product.display_name}.")

    def test_told_back_before_our_call_was_answered(self):
        order, call = self.taken_out("E-2")
        self.ask_both("E-2", remove=self.items(POT=1))
        self.assertEcho(order, call)
        self.answered(call, "C-1")
        self.ask_both("E-2", remove=self.items(POT=1))
        receipt = self.assertEcho(order, call)
        self.assertEqual(receipt.delivery_count, 4)

    def test_confirmation_may_come_first(self):
        order, call = self.taken_out("E-3")
        self.ask_change("E-3", "Confirmation", remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEcho(order, call)
        self.ask_change("E-3", remove=self.items(POT=1))
        self.assertEcho(order, call)

    def test_no_agreement_is_sent_on_account_of_it(self):
        """Those follow from the answer to our own call."""
        order, call = self.taken_out("E-4")
        self.ask_both("E-4", remove=self.items(POT=1))
        self.assertEqual(order._outbound_calls("change"), call)
        receipt = self.change_of("E-4")
        self.assertFalse(receipt.outbound_call_ids.filtered(lambda own: own != call))

    def test_second_one_of_the_marketplaces_is_no_echo(self):
        order, call = self.taken_out("E-5")
        self.answered(call, "C-1")
        self.ask_both("E-5", remove=self.items(POT=1))
        self.ask_both("E-5", "C-2", remove=self.items(POT=1))
        self.assertEcho(order, call, POT=1)
        receipt = self.change_of("E-5", "C-2")
        self.assertEqual((receipt.state, receipt.note), ("part_cancelled", False), receipt.error)
        self.assertFalse(receipt.own_change_call_id)

    def test_second_one_is_no_echo_although_our_call_is_not_answered(self):
        order, call = self.taken_out("E-6")
        self.ask_both("E-6", remove=self.items(POT=1))
        self.ask_both("E-6", "C-2", remove=self.items(POT=1))
        self.assertEcho(order, call, POT=1)

    def test_first_one_of_the_marketplaces_is_no_echo(self):
        """Our call was answered: its change is another one."""
        order, call = self.taken_out("E-7")
        self.answered(call, "C-9")
        self.ask_both("E-7", remove=self.items(POT=1))
        self.assertEqual(self.ordered(order), {"POT": 1, "CUP": 2})
        self.ask_both("E-7", "C-9", remove=self.items(POT=1))
        self.assertEcho(order, call, "C-9", POT=1)

    def test_seller_takes_out_the_same_twice(self):
        order, call = self.taken_out("E-8")
        self.answered(call, "C-1")
        again = self.take_out(order, POT=1)
        self.ask_both("E-8", "C-2", remove=self.items(POT=1))
        self.ask_both("E-8", "C-1", remove=self.items(POT=1))
        self.assertEcho(order, call, "C-1", POT=1)
        self.assertEcho(order, again, "C-2", POT=1)

    def test_other_content_is_no_echo(self):
        order, _call = self.taken_out("E-9")
        self.ask_both("E-9", remove=self.items(CUP=1))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 1})

    def test_call_that_the_marketplace_has_refused_is_no_echo(self):
        """It may have been made there by hand: a person says whether it is the same."""
        order, call = self.taken_out("E-10")
        call._end("failed")
        self.ask_both("E-10", remove=self.items(POT=1))
        self.assertEqual(self.change_of("E-10").state, "part_evaluating")
        self.change_of("E-10").action_accept()
        self.assertEqual(self.ordered(order)["POT"], 1)

    def test_call_of_which_nobody_knows_is_an_echo(self):
        order, call = self.taken_out("E-11")
        call.may_be_carried_out = True
        call._end("expired")
        self.ask_both("E-11", remove=self.items(POT=1))
        self.assertEcho(order, call)

    def test_change_without_an_id_is_known_by_its_content(self):
        order, call = self.taken_out("E-12")
        self.answered(call, "C-1")
        self.ask_both("E-12", None, remove=self.items(POT=1))
        receipt = self.env["marketplace.cancellation.receipt"].search(
            [("marketplace_order_id", "=", "E-12"), ("kind", "=", "part")]
        )
        self.assertEcho(order, call, receipt.cancellation_request_id)

    def test_items_may_be_divided_and_named(self):
        order, call = self.taken_out("E-13", POT=2)
        items = [
            {"id": "POT", "quantity": 1, "uniqueId": "U-1", "price": 1000, "name": "A Teapot"},
            {"id": "POT", "quantity": 1, "uniqueId": "U-1"},
        ]
        self.ask_both("E-13", remove=[{"items": items}])
        self.assertEcho(order, call, POT=1)

    def test_hook_tells_of_it_as_well(self):
        order, call = self.taken_out("E-14")
        self.answered(call, "C-1")
        for order_of_arrival in ("call", "fact"):
            with self.subTest(order_of_arrival):
                if order_of_arrival == "call":
                    self.ask_both("E-14", remove=self.items(POT=1))
                else:
                    self.tell_fact("E-14", "F-1")
        self.assertEcho(order, call)
        self.assertEcho(order, call, "F-1")

    def test_hook_may_tell_before_our_call_is_answered(self):
        order, call = self.taken_out("E-15")
        self.tell_fact("E-15", "F-1")
        self.ask_both("E-15", remove=self.items(POT=1))
        self.assertEcho(order, call, "F-1")
        self.assertEcho(order, call)

    def test_second_fact_is_no_echo(self):
        order, call = self.taken_out("E-16")
        self.tell_fact("E-16", "F-1")
        self.tell_fact("E-16", "F-2")
        self.assertEcho(order, call, "F-1", POT=1)
        self.assertFalse(self.change_of("E-16", "F-2").own_change_call_id)

    def test_order_that_shows_it_has_no_news(self):
        order, call = self.taken_out("E-19")
        shown = [self.shown("F-1"), self.shown("F-2")]
        self.assertEqual([bool(known) for _change, known in self.paired(order, shown)], [1, 0])
        self.answered(call, "C-1")
        self.ask_both("E-19", remove=self.items(POT=1))
        self.tell_fact("E-19", "F-1")
        self.assertEqual([bool(known) for _change, known in self.paired(order, shown)], [1, 0])

    def paired(self, order, shown):
        return pair(shown, order._known_changes())

    def shown(self, change_id):
        """A pot less, as an order at the marketplace shows it."""
        change = self.change("E-19", change_id, is_fact=True)
        return ChangeThere(change_id, "done", False, change, None)

    def test_echo_does_not_wait_for_another_change(self):
        self.account.on_picking = "ask"
        order, call = self.taken_out("E-17")
        self.line_of(order, "CUP").move_ids.picked = True
        self.ask_change("E-17", change_id="C-2", remove=self.items(CUP=1))
        self.assertEqual(self.change_of("E-17", "C-2").state, "part_evaluating")
        self.ask_change("E-17", remove=self.items(POT=1))
        self.assertEqual(self.change_of("E-17").own_change_call_id, call)
        self.assertEqual(self.change_of("E-17").state, "part_cancelled")

    def test_whole_cancellation_comes_after_it(self):
        order, call = self.taken_out("E-18")
        self.ask_both("E-18", remove=self.items(POT=1))
        self.cancel_asking_nobody(order)
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.change_of("E-18").own_change_call_id, call)

    def tell_fact(self, order_id, change_id):
        """Let the marketplace tell of a change that it has carried out, with an ID of its own."""
        change = self.change(order_id, change_id, is_fact=True)
        receipts = self.env["marketplace.cancellation.receipt"]
        receipts._find_or_create_change(self.account, change, order_id)
        self.run_cron("cron_settle_changes")

    def change(self, order_id, change_id, **values):
        document = {"reason": "Cracked.", "remove": self.items(POT=1)}
        return OrderChange.from_document(order_id, change_id, document, **values)
