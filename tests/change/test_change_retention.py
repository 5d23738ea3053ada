"""How long receipts of changes are kept, and what of them is erased on demand."""

# pylint: disable=translation-required

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...tools.arrival import Arrival
from ..helpers.changes import ChangeCase
from ..helpers.retention import RetentionCase

STATES = ("part_cancelled", "part_refused", "part_kept", "part_withdrawn")
REASON = "Mrs O'Hara & son moved"
SAID = "She is in hospital"


@tagged("post_install", "-at_install")
class TestChangeRetention(RetentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.unsettled_days = 90

    def make_change(self, marketplace_order_id="1", days=31, state="part_cancelled", **values):
        values |= {"kind": "part", "change_body": {}}
        return self.make_receipt(marketplace_order_id, days, state, **values)

    def test_settled_changes_without_an_order_go_as_every_request(self):
        old = [self.make_change(state, state=state) for state in STATES]
        young = [self.make_change(f"y-{state}", 29, state) for state in STATES]
        receipts = old[0].union(*old, *young)
        self.assertEqual(set(self.left(receipts)), set(young))

    def test_open_changes_stay_whatever_their_age(self):
        states = ("part_received", "part_evaluating", "part_agreed")
        receipts = [self.make_change(state, 900, state, settled_at=False) for state in states]
        self.assertEqual(len(self.left(receipts[0].union(*receipts))), 3)

    def test_change_stays_as_long_as_its_order_has_something_to_deliver(self):
        order = self.make_order("1", confirm=True)
        receipts = [
            self.make_change(state=state, cancellation_request_id=state) for state in STATES
        ]
        receipts = receipts[0].union(*receipts)
        receipts.sale_order_id = order
        self.assertEqual(self.left(receipts), receipts)
        for line in order.order_line:
            self.rewrite(line, qty_delivered=line.product_uom_qty)
        self.assertFalse(self.left(receipts))

    def test_order_is_known_by_its_id_and_by_its_replacement_as_well(self):
        named = self.make_order("1", confirm=True)
        replaced = self.make_order("2", confirm=True)
        replacement = self.make_order(replaced_order_id=replaced.id, confirm=True)
        receipts = self.make_change("1") | self.make_change("2", sale_order_id=replaced.id)
        self.rewrite(replaced, state="cancel")
        self.assertEqual(self.left(receipts), receipts)
        self.rewrite(named, state="cancel")
        self.rewrite(replacement, state="cancel")
        self.assertFalse(self.left(receipts))

    def test_what_will_never_be_delivered_keeps_it_for_a_longer_time_alone(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_change(days=91, sale_order_id=order.id)
        receipt._record_delivery(Arrival.now("192.0.2.7"), 202)
        self.assertTrue(self.left(receipt))
        self.rewrite(receipt.delivery_ids, received_at=fields.Datetime.now() - timedelta(days=91))
        self.account.unsettled_days = 0
        self.assertTrue(self.left(receipt))
        self.account.unsettled_days = 90
        self.assertFalse(self.left(receipt))

    def test_lines_go_with_their_receipt(self):
        receipt = self.make_change()
        line = self.env["marketplace.change.line"].create({"receipt_id": receipt.id, "sku": "POT"})
        self.run_job()
        self.assertFalse(line.exists())


@tagged("post_install", "-at_install")
class TestChangeErasure(ChangeCase):
    def erased(self, receipt, with_decisions=False):
        receipt.action_erase(with_decisions)
        self.env.flush_all()
        self.env.invalidate_all()
        return receipt

    def test_repeat_is_not_carried_out_once_more_after_an_erasure(self):
        order = self.order_of_both("ERASE-1")
        self.ask_change("ERASE-1", "Confirmation", reason=REASON, remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")
        self.erased(self.change_of("ERASE-1"))
        self.ask_change("ERASE-1", "Confirmation", reason=REASON, remove=self.items(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_reason_goes_wherever_it_was_written(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("ERASE-2")
        order.order_line.move_ids.picked = True
        items = {"items": [{"id": "POT", "quantity": 1, "name": "Pot for Mrs O'Hara"}]}
        self.ask_change("ERASE-2", reason=REASON, remove=items)
        receipt = self.change_of("ERASE-2")
        self.assertIn("O'Hara", str(receipt.change_body))
        self.assertIn("Hara", "".join(order.message_ids.mapped("body")))
        self.erased(receipt)
        self.assertNotIn("O'Hara", str(receipt.change_body))
        self.assertEqual(receipt.reason, "[erased]")
        for document in (receipt, order, order.picking_ids):
            self.assertNotIn("Hara &amp;", "".join(document.message_ids.mapped("body")))
        self.assertNotIn("Hara", receipt.activity_ids.note)
        self.assertNotIn("Hara", receipt.request_text + receipt.display_name)
        self.assertEqual(receipt.change_line_ids.mapped("sku"), ["POT"])
        self.assertEqual(receipt.change_line_ids.mapped("name"), ["[POT] Teapot"])

    def test_reason_of_a_refusal_goes_on_demand_and_from_the_answer(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("ERASE-3")
        order.order_line.move_ids.picked = True
        self.ask_change("ERASE-3", remove=self.items(POT=1))
        receipt = self.change_of("ERASE-3")
        receipt.action_refuse(SAID)
        self.assertIn(SAID, self.erased(receipt).answer_body)
        call = receipt.outbound_call_ids.filtered(lambda call: call.kind == "withdraw")
        self.erased(receipt, with_decisions=True)
        self.assertEqual(call.body["reason"], SAID)  # it is still to be sent
        call.state = "sent"
        self.erased(receipt, with_decisions=True)
        self.assertEqual(call.body["reason"], "[erased]")
        answer = self.ask_change("ERASE-3", remove=self.items(POT=1))
        self.assertEqual(answer.status, 409)
        for text in (answer.body, receipt.note, receipt.decision_reason):
            self.assertNotIn(SAID, text)
