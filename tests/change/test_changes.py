"""A change from its call to its end: on record, decided, carried out, told."""

import json

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.inbound.problem import Problem
from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestChanges(ChangeCase):
    def test_part_is_taken_out_once_its_confirmation_is_asked_for(self):
        order = self.order_of_both("PART-1")
        answer = self.ask_change("PART-1", remove=self.items(POT=1))
        receipt = self.change_of("PART-1")
        self.assertEqual(answer.status, 202)
        self.assertEqual(
            json.loads(answer.body),
            {
                "requestId": "C-1",
                "orderId": "PART-1",
                "status": "waiting-acknowledgement",
                "receipt": receipt.protocol_code,
            },
        )
        self.assertEqual((receipt.kind, receipt.state), ("part", "part_agreed"), receipt.note)
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
        self.assertEqual(self.confirm_change("PART-1").status, 202)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertEqual(sum(order.order_line.move_ids.mapped("product_uom_qty")), 4)
        self.assertEqual(json.loads(self.confirm_change("PART-1").body)["status"], "done")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_confirmation_that_comes_first_is_enough(self):
        order = self.order_of_both("PART-2")
        self.ask_change("PART-2", "Confirmation", remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_other_items_under_the_id_of_a_settled_change_are_asked_about(self):
        order = self.order_of_both("PART-18")
        item = {"id": "POT", "quantity": 1}
        named = {"items": [item | {"name": "A Teapot", "price": 1000}]}
        self.ask_change("PART-18", remove=named)
        self.ask_change("PART-18", "Confirmation", remove={"items": [item]})
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("PART-18")
        self.assertEqual(receipt.state, "part_cancelled", receipt.note)
        self.assertFalse(receipt.is_contradicted or receipt.activity_ids)
        self.ask_change("PART-18", remove=self.items(POT=2))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertIn("which items", receipt.activity_ids.note)

    def test_repeats_are_arrivals_of_one_receipt(self):
        order = self.order_of_both("PART-3")
        for _repeat in range(3):
            self.ask_change("PART-3", remove=self.items(POT=1))
        receipt = self.change_of("PART-3")
        self.assertEqual(receipt.delivery_count, 3)
        self.confirm_change("PART-3")
        self.confirm_change("PART-3")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_repeat_may_name_its_items_otherwise(self):
        order = self.order_of_both("PART-16")
        pot, cup = ({"id": sku, "quantity": 1} for sku in ("POT", "CUP"))
        self.ask_change("PART-16", remove={"items": [pot, cup]})
        others = [{**cup, "name": "Cup"}, {**pot, "price": 1000}]
        self.ask_change("PART-16", "Confirmation", remove={"items": others})
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("PART-16")
        self.assertEqual((receipt.state, receipt.is_contradicted), ("part_cancelled", False))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 1})

    def test_other_items_than_at_first_are_asked_about(self):
        self.order_of_both("PART-17")
        self.ask_change("PART-17", remove=self.items(POT=1))
        self.ask_change("PART-17", "Confirmation", remove=self.items(POT=2))
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("PART-17")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("other items than it first named", receipt.note)

    def test_order_is_found_by_the_sellers_name(self):
        order = self.order_of_both("PART-4")
        self.ask_change(order.name, remove=self.items(POT=1))
        self.assertEqual(self.change_of("PART-4").sale_order_id, order)

    def test_agreement_to_an_unknown_change_is_an_error(self):
        self.order_of_both("PART-5")
        with self.assertRaises(Problem) as caught:
            self.confirm_change("PART-5")
        self.assertEqual(caught.exception.status, 404)

    def test_unknown_sku_is_refused(self):
        order = self.order_of_both("PART-6")
        answer = self.ask_change("PART-6", remove=self.items(SPOON=1))
        self.assertEqual(answer.status, 409)
        self.assertIn("SPOON", json.loads(answer.body)["detail"])
        self.assertEqual(self.change_of("PART-6").state, "part_refused")
        self.assertFalse(order._has_open_change())

    def test_more_than_ordered_is_refused(self):
        self.order_of_both("PART-7")
        answer = self.ask_change("PART-7", remove=self.items(POT=4))
        self.assertEqual(answer.status, 409)
        self.assertIn("POT", json.loads(answer.body)["detail"])

    def test_change_waits_for_its_order(self):
        self.ask_change("PART-8", "Confirmation", remove=self.items(POT=1))
        receipt = self.change_of("PART-8")
        self.assertEqual(receipt.state, "part_waiting")
        order = self.order_of_both("PART-8")
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_change_waits_for_the_lines_of_its_order(self):
        """An importer may write them after the order."""
        self.ask_change("CHG-L", "Confirmation", remove=self.items(POT=1))
        order = self.make_order("CHG-L", order_line=[])
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("CHG-L").state, "part_waiting")
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 3})]
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("CHG-L").state, "part_cancelled")
        self.assertEqual(self.ordered(order), {"POT": 2})

    def test_change_waits_for_the_one_before_it(self):
        order = self.order_of_both("PART-9")
        self.ask_change("PART-9", remove=self.items(POT=1))
        self.ask_change("PART-9", "Confirmation", change_id="C-2", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("PART-9", "C-2").state, "part_waiting")
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})
        self.confirm_change("PART-9")
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 1})

    def test_what_cannot_be_meant_is_refused_at_once(self):
        order = self.order_of_both("PART-18")
        self.ask_change("PART-18", remove=self.items(POT=1))
        for change_id, wanted in (("C-2", {"SPOON": 1}), ("C-3", {"POT": 4})):
            answer = self.ask_change("PART-18", change_id=change_id, remove=self.items(**wanted))
            self.assertEqual(answer.status, 409)
            self.assertEqual(self.change_of("PART-18", change_id).state, "part_refused")
        for change_id, wanted in (("C-4", 3), ("C-5", 1)):  # as much, should C-1 be refused
            self.ask_change("PART-18", change_id=change_id, remove=self.items(POT=wanted))
            self.assertEqual(self.change_of("PART-18", change_id).state, "part_waiting")
        self.confirm_change("PART-18")
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("PART-18", "C-4").state, "part_refused")
        self.assertEqual(self.ordered(order)["POT"], 2)

    def test_what_an_open_change_adds_may_be_meant(self):
        self.order_of_both("PART-19")
        self.ask_change("PART-19", add=self.items(SPOON=1))
        self.ask_change("PART-19", change_id="C-2", remove=self.items(SPOON=1))
        self.assertEqual(self.change_of("PART-19", "C-2").state, "part_waiting")

    def test_whole_order_goes_if_nothing_would_be_left(self):
        order = self.order_of_both("PART-10")
        self.ask_change("PART-10", remove=self.items(POT=3, CUP=2))
        self.confirm_change("PART-10")
        receipt = self.change_of("PART-10")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertTrue(receipt.is_whole_after_all)
        self.assertEqual(order.state, "cancel")

    def test_cancellation_of_the_whole_order_wins(self):
        order = self.order_of_both("PART-11")
        self.ask_change("PART-11", remove=self.items(POT=1))
        self.cancel_asking_nobody(order)
        receipt = self.change_of("PART-11")
        self.assertEqual(receipt.state, "part_withdrawn")
        self.confirm_change("PART-11")
        self.assertEqual(receipt.state, "part_withdrawn")
        self.assertEqual(order.state, "cancel")

    def test_seller_who_cancels_the_order_ends_its_changes(self):
        order = self.order_of_both("PART-12")
        self.ask_change("PART-12", remove=self.items(POT=1))
        order._action_cancel()
        self.assertEqual(self.change_of("PART-12").state, "part_withdrawn")

    def test_change_waits_for_the_decision_on_the_whole_order(self):
        self.account.on_committed = self.account.on_picking = "ask"
        order = self.order_of_both("PART-13")
        order.order_line.move_ids.picked = True
        whole = self.ask(order)
        self.ask_change("PART-13", "Confirmation", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        receipt = self.change_of("PART-13")
        self.assertEqual(receipt.state, "part_waiting")
        whole.action_refuse("We ship it.")
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_evaluating", receipt.error)

    def test_failure_is_recorded_and_nothing_is_changed(self):
        order = self.order_of_both("PART-14")
        self.ask_change("PART-14", remove=self.items(POT=1))
        self.patch(type(order), "_take_out", _raise)
        with self.assertLogs("odoo.addons.marketplace_order_cancellation", "ERROR"):
            self.confirm_change("PART-14")
        receipt = self.change_of("PART-14")
        self.assertEqual(receipt.state, "part_failed")
        self.assertIn("not today", receipt.error)
        self.assertTrue(receipt.activity_ids)
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 2})


def _raise(_order, _quantities, _cause):
    raise UserError("not today")  # pylint: disable=translation-required
