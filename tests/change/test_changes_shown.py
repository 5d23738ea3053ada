"""Changes that a VTEX store's own back office reads: facts that its order shows."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.changes import ChangeCase
from ..helpers.readings import ReadingCase


class ReadChangesCase(ChangeCase, ReadingCase):
    def setUp(self):
        super().setUp()
        self.product.default_code = "POT"

    def document(self, order_id, *changes, status="handling"):
        """An order's document that shows ``changes``: ID, items taken out, and when."""
        data = [
            {
                "reason": "Not wanted",
                "discountValue": 100,
                "incrementValue": 0,
                "itemsAdded": [],
                "itemsRemoved": [
                    {"id": sku, "name": sku, "quantity": number, "price": 100}
                    for sku, number in items.items()
                ],
                "receipt": {"date": date, "orderId": order_id, "receipt": change_id},
            }
            for change_id, items, date in changes
        ]
        return {
            "orderId": order_id,
            "status": status,
            "changesAttachment": {"id": "changeAttachment", "changesData": data},
        }

    def later(self):
        return f"{fields.Datetime.now().replace(year=2998).isoformat()}Z"

    def taken_out(self, order_id="FACT-1", change_id="F-1", **items):
        return self.document(order_id, (change_id, items, self.later()))


@tagged("post_install", "-at_install")
class TestReadChanges(ReadChangesCase):
    def test_part_is_taken_out_as_it_is_there(self):
        order = self.order_of_both("FACT-1")
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(POT=1))
        receipt = self.change_of("FACT-1", "F-1")
        self.assertEqual((receipt.source, receipt.cancelled_there), ("hook", True))
        self.assertEqual(receipt.state, "part_agreed", receipt.note)
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertFalse(order.outbound_call_ids)

    def test_it_is_taken_out_once_however_often_it_is_read(self):
        order = self.order_of_both("FACT-1")
        for _time in range(3):
            self.tell("FACT-1", "handling")
            self.read(self.taken_out(POT=1))
            self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_second_of_the_same_content_is_another_one(self):
        order = self.order_of_both("FACT-1")
        both = [("F-1", {"POT": 1}, self.later()), ("F-2", {"POT": 1}, self.later())]
        for number in (1, 2):
            self.tell("FACT-1", "handling")
            self.read(self.document("FACT-1", *both[:number]))
            self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 1, "CUP": 2})

    def test_what_was_agreed_upon_is_no_news(self):
        order = self.order_of_both("FACT-1")
        self.ask_change("FACT-1", remove=self.items(POT=1))
        self.confirm_change("FACT-1")
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_what_is_done_there_and_open_here_is_carried_out(self):
        order = self.order_of_both("FACT-1")
        self.ask_change("FACT-1", remove=self.items(POT=1))
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.change_of("FACT-1").state, "part_cancelled")
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_fact_is_asked_about_and_never_refused(self):
        order = self.order_of_both("FACT-1")
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(SPOON=1))
        receipt = self.change_of("FACT-1", "F-1")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("SPOON", receipt.note)
        with self.assertRaises(UserError):
            receipt.action_refuse("No.")
        with self.assertRaises(UserError):
            self.ship(order.picking_ids)
        receipt.action_keep("The shopper takes it.")
        self.assertEqual(receipt.state, "part_kept")
        self.ship(order.picking_ids)

    def test_fact_of_more_than_there_is_says_so_when_it_is_accepted(self):
        order = self.order_of_both("FACT-1")
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(POT=4))
        receipt = self.change_of("FACT-1", "F-1")
        self.assertFalse(receipt.is_choice_needed)
        with self.assertRaisesRegex(UserError, "of SKU POT are to be taken out"):
            receipt.action_accept()
        order.order_line[0].product_uom_qty = 4
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 0, "CUP": 2})
        self.assertEqual(receipt.change_line_ids.mapped("quantity"), [4])

    def test_change_of_a_price_alone_is_asked_about_and_keeps_no_other_back(self):
        order = self.order_of_both("FACT-1")
        changes = [("P-1", {}, self.later()), ("F-2", {"POT": 1}, self.later())]
        for _time in range(2):
            self.tell("FACT-1", "handling")
            self.read(self.document("FACT-1", *changes))
        receipt = self.change_of("FACT-1", "P-1")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("1.00", receipt.note)
        self.assertIn("it may be a price", receipt.note)
        self.assertIn("none of its items", receipt._describe_change())
        self.assertEqual(self.change_of("FACT-1", "F-2").state, "part_waiting")
        receipt.action_accept()
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_exchange_that_was_agreed_upon_is_no_news(self):
        order = self.order_of_both("FACT-1")
        exchange = {"from": self.items(POT=1), "to": self.items(CUP=2)}
        self.ask_change("FACT-1", replace=[exchange])
        self.change_of("FACT-1").action_accept()
        self.confirm_change("FACT-1")
        shown = self.taken_out(POT=1)
        (entry,) = shown["changesAttachment"]["changesData"]
        entry["itemsAdded"] = [{"id": "CUP", "name": "Cup", "quantity": 2, "price": 100}]
        self.tell("FACT-1", "handling")
        self.read(shown)
        self.assertFalse(self.change_of("FACT-1", "F-1"))
        self.assertFalse(order._has_open_change())

    def test_what_was_refused_and_is_done_all_the_same_is_asked_about(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("FACT-1")
        order.order_line.move_ids.picked = True
        self.ask_change("FACT-1", remove=self.items(POT=1))
        receipt = self.change_of("FACT-1")
        receipt.action_refuse("It is packed.")
        order.order_line.move_ids.picked = False
        self.tell("FACT-1", "handling")
        self.read(self.taken_out(change_id="C-1", POT=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("all the same", receipt.note)
        self.assertTrue(receipt.activity_ids)
        receipt.action_accept()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_change_of_before_the_order_came_is_asked_about(self):
        order = self.order_of_both("FACT-1")
        self.tell("FACT-1", "handling")
        self.read(self.document("FACT-1", ("F-1", {"POT": 1}, "2020-01-01T10:00:00Z")))
        receipt = self.change_of("FACT-1", "F-1")
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertIn("before it came here", receipt.note)
        self.assertEqual(self.ordered(order)["POT"], 3)

    def test_order_that_is_not_here_is_not_read(self):
        self.tell("FACT-1", "handling")
        self.assertFalse(self.readings())


@tagged("post_install", "-at_install")
class TestLookAtChanges(ReadChangesCase):
    def test_nothing_leaves_of_what_has_just_been_taken_out(self):
        self.account.before_leaving = "stop"
        order = self.order_of_both("FACT-1")
        self.marketplace.answers.append((200, self.taken_out(POT=1), {}))
        self.patch(type(order.picking_ids), "_holds_stock", lambda _own: False)
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            self.assertRaisesRegex(UserError, "has changed its order"),
        ):
            order.picking_ids.button_validate()
