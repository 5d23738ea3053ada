"""A change that a person decides on."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestDecisions(ChangeCase):
    def asked(self, order_id, **values):
        """A change of an order that is being picked, which a person is asked about."""
        self.account.on_picking = "ask"
        order = self.order_of_both(order_id, **values)
        order.order_line.move_ids.picked = True
        self.ask_change(order_id, remove=self.items(POT=1))
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_evaluating")
        return order, receipt

    def test_person_is_asked_and_lines_wait(self):
        order, receipt = self.asked("ASK-1")
        self.assertIn("icking", receipt.note)
        self.assertEqual(receipt.activity_ids.user_id, self.account._responsible_user())
        self.assertIn("1 × [POT] Teapot", self.chatter(order)[0] + self.chatter(order)[1])
        self.assertTrue(receipt.decide_before)
        with self.assertRaisesRegex(UserError, "Teapot"):
            self.ship(order.picking_ids)

    def test_activity_comes_back_until_it_is_decided(self):
        _order, receipt = self.asked("ASK-0")
        receipt.activity_ids.action_done()
        (asked,) = receipt.activity_ids
        self.assertEqual(asked.summary, "Decide on a marketplace's change of an order")
        self.assertIn("Nothing is decided yet", asked.note)
        receipt.action_refuse("It is packed.")
        self.assertFalse(receipt.activity_ids)

    def test_accepted_is_carried_out_when_its_confirmation_is_asked_for(self):
        order, receipt = self.asked("ASK-2")
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_agreed")
        self.assertFalse(receipt.activity_ids)
        self.assertEqual(self.ordered(order)["POT"], 3)
        self.confirm_change("ASK-2")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_accepted_is_carried_out_at_once_if_its_confirmation_was_asked_for(self):
        order, receipt = self.asked("ASK-3")
        self.confirm_change("ASK-3")
        self.assertEqual(receipt.state, "part_evaluating")
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_refused_leaves_the_order_as_it_is(self):
        order, receipt = self.asked("ASK-4")
        with self.assertRaises(UserError):
            receipt.action_refuse(" ")
        receipt.action_refuse("It is packed.")
        self.assertEqual(receipt.state, "part_refused")
        self.assertEqual(self.confirm_change("ASK-4").status, 409)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
        self.ship(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")

    def test_order_that_was_deleted(self):
        receipts = []
        for name in ("ASK-20", "ASK-22"):
            order = self.make_order(name, quantity=3)
            exchange = {"from": self.items(POT=1), "to": self.items(CUP=2)}
            self.ask_change(name, change_id=name, replace=[exchange])
            receipts.append(self.change_of(name, name))
            if name == "ASK-22":
                receipts[-1].action_accept()
            order.unlink()
        refused, agreed = receipts
        with self.assertRaisesRegex(UserError, "not here any more"):
            refused.action_accept()
        refused.action_refuse("It is gone.")
        self.assertEqual(refused.state, "part_refused")
        call = refused.outbound_call_ids.filtered(lambda call: call.kind == "withdraw")
        self.assertEqual((call.state, call.marketplace_order_id), ("pending", "ASK-20"))
        self.confirm_change("ASK-22", "ASK-22")
        self.assertEqual(agreed.state, "part_waiting", agreed.error)
        agreed.action_resolve("It was never placed.")

    def test_only_who_may_decide_decides(self):
        _order, receipt = self.asked("ASK-5")
        seller = new_test_user(self.env, "part-seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            receipt.with_user(seller).action_accept()

    def test_default_decision_applies_when_nobody_decides(self):
        self.account.default_decision = "accept"
        order, receipt = self.asked("ASK-6")
        self.confirm_change("ASK-6")
        receipt.decide_before = fields.Datetime.now() - timedelta(hours=1)
        self.run_cron("cron_deadlines")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_without_a_connection_a_person_is_always_asked(self):
        self.account.outbound_key = False
        order = self.order_of_both("ASK-7")
        self.ask_change("ASK-7", remove=self.items(POT=1))
        receipt = self.change_of("ASK-7")
        self.assertEqual(receipt.state, "part_evaluating")
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_refusal_says_nothing_of_the_connection(self):
        """What is read of it at the marketplace is why, and not how the seller is set up."""
        self.account.store_name = False
        self.order_of_both("ASK-13")
        answer = self.ask_change("ASK-13", remove=self.items(PAN=1))
        self.assertEqual(answer.status, 409)
        detail = json.loads(answer.body)["detail"]
        self.assertEqual(detail, "No line of the order sells SKU PAN.")

    def test_other_items_at_the_confirmation_are_asked_about(self):
        order = self.order_of_both("ASK-8")
        self.ask_change("ASK-8", remove=self.items(POT=1))
        self.ask_change("ASK-8", "Confirmation", remove=self.items(POT=2))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("ASK-8").state, "part_evaluating")
        self.assertEqual(self.ordered(order)["POT"], 3)

    def test_exchange_and_addition_are_asked_about(self):
        self.order_of_both("ASK-9")
        self.ask_change("ASK-9", add=self.items(CUP=1))
        receipt = self.change_of("ASK-9")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("1 × [CUP] Cup", receipt.note)

    def test_person_says_which_of_several_lines_is_meant(self):
        order = self.order_of_both("ASK-10")
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 5})]
        self.ask_change("ASK-10", remove=self.items(POT=1))
        receipt = self.change_of("ASK-10")
        self.assertEqual(receipt.state, "part_evaluating")
        self.confirm_change("ASK-10")
        with self.assertRaisesRegex(UserError, "which line"):
            receipt.action_accept()
        first, second = receipt.change_line_ids
        for wrong in ({second.id: 2}, {second.id: -1, first.id: 2}, {0: 1}):
            with self.subTest(wrong), self.assertRaises(UserError):
                receipt._choose_lines(wrong)
        receipt._choose_lines({second.id: 1})
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 2, 4])

    def test_what_has_failed_is_processed_again(self):
        order = self.order_of_both("ASK-11")
        self.ask_change("ASK-11", "Confirmation", remove=self.items(POT=1))
        receipt = self.change_of("ASK-11")
        receipt.sale_order_id = order
        receipt._set_part_failed("Some reason")
        receipt.action_process_again()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_nothing_is_told_if_what_was_accepted_is_not_there_any_more(self):
        """A tool that answers success and has done nothing is the worst case."""
        for number, is_waited_for in enumerate((False, True)):
            with self.subTest(is_waited_for=is_waited_for):
                order, receipt = self.asked(f"ASK-N{number}")
                if is_waited_for:
                    self.confirm_change(order.marketplace_order_id)
                    self.product.default_code = "OTHER"
                receipt.action_accept()
                if not is_waited_for:
                    self.product.default_code = "OTHER"
                    self.confirm_change(order.marketplace_order_id)
                self.assertEqual(receipt.state, "part_evaluating")
                self.assertFalse(receipt.decision)
                self.assertIn("No line of the order sells SKU POT", receipt.note)
                with self.assertRaisesRegex(UserError, "No line of the order sells SKU POT"):
                    receipt.action_accept()
                self.product.default_code = "POT"
                receipt.action_accept()
                self.assertEqual(receipt.state, "part_cancelled", receipt.error)
                self.assertEqual(self.ordered(order)["POT"], 2)

    def test_line_that_is_added_after_the_decision_may_be_meant_as_well(self):
        order, receipt = self.asked("ASK-L")
        receipt.action_accept()
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 2})]
        self.confirm_change("ASK-L")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertTrue(receipt.is_choice_needed)
        self.assertEqual(sum(order.order_line.mapped("product_uom_qty")), 7)

    def test_other_items_after_the_decision_are_asked_about(self):
        order, receipt = self.asked("ASK-O")
        receipt.action_accept()
        self.ask_change("ASK-O", "Confirmation", remove=self.items(POT=2))
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertEqual(self.ordered(order)["POT"], 3)
