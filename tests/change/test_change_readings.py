"""Changes that are read at the marketplace, as it has not asked for the confirmation."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.change_calls import HandshakeCase


@tagged("post_install", "-at_install")
class TestConfirmationNotAskedFor(HandshakeCase):
    def acknowledged(self):
        order, receipt = self.asked()
        self.send()
        (reading,) = self.readings()
        self.assertEqual(reading.source, "change")
        return order, receipt

    def test_it_is_not_read_at_once(self):
        self.account.compare_hours = 0
        self.account.arrival_way = "call"
        self.assertFalse(self.account._is_reading_wanted())
        self.acknowledged()
        self.run_cron("cron_read_orders")
        self.assertFalse(self.reads())
        self.assertTrue(self.account._is_reading_wanted())

    def test_what_follows_from_its_status(self):
        for status, state, is_asked in (
            ("waiting-confirmation", "part_agreed", True),
            ("canceled", "part_withdrawn", False),
            ("done", "part_agreed", False),
            ("waiting-acknowledgement", "part_agreed", False),
        ):
            with self.subTest(status):
                order, receipt = self.asked(f"S-{status}")
                self.send()
                self.show(self.there(status))
                self.read_changes()
                self.assertEqual(receipt.state, state)
                self.assertEqual(bool(receipt.confirmation_asked_at), is_asked)
                self.assertEqual(receipt.cancelled_there, status == "done")
                self.assertEqual(bool(self.readings()), state == "part_agreed")
                self.readings().sudo().unlink()
                self.carry_out(order, receipt)

    def test_it_is_read_each_hour(self):
        self.acknowledged()
        self.show(self.there("waiting-acknowledgement"))
        for number in range(1, 4):
            self.read_changes()
            self.assertEqual(len(self.reads()), number)
            self.run_cron("cron_read_orders")
            self.assertEqual(len(self.reads()), number)

    def test_it_is_not_read_once_it_is_settled(self):
        order, receipt = self.acknowledged()
        self.carry_out(order, receipt)
        self.read_changes()
        self.assertFalse(self.reads())
        self.assertFalse(self.readings())
        self.assertFalse(self.account._waits_for_changes())

    def test_person_is_asked_in_the_end(self):
        _order, receipt = self.acknowledged()
        self.show(self.there("waiting-acknowledgement"))
        self.read_changes()
        self.age(timedelta(days=6))
        self.read_changes()
        self.assertFalse(receipt.activity_ids)
        self.age(timedelta(days=2))
        self.account.decision_hours = 10 * 24
        self.read_changes()
        self.assertFalse(receipt.activity_ids)
        self.age(timedelta(days=3))
        self.read_changes()
        self.assertIn("has not asked for the confirmation", receipt.activity_ids.note)
        self.assertFalse(self.readings())

    def age(self, duration):
        for reading in self.readings():
            reading.noted_at -= duration
        self.env.flush_all()

    def test_person_is_asked_even_if_nothing_can_be_read(self):
        _order, receipt = self.acknowledged()
        self.account._stop_reading("No permission.")
        self.age(timedelta(days=8))
        self.read_changes()
        self.assertFalse(self.reads())
        self.assertIn("No permission.", receipt.activity_ids.note)
        self.assertFalse(self.readings())
        self.carry_out(receipt.sale_order_id, receipt)
        self.assertFalse(receipt.activity_ids)

    def test_person_may_end_it_then(self):
        order, receipt = self.acknowledged()
        receipt.action_refuse("It is not there any more.")
        self.send()
        self.assertEqual((receipt.state, receipt.handshake_state), ("part_refused", "withdrawn"))
        self.assertFalse(order._has_open_change())
        order, receipt = self.asked("H-2", "C-2")
        with self.assertRaises(UserError):
            receipt.action_accept()
        receipt.action_carry_out()
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.send()
        self.assertEqual(receipt.handshake_state, "confirmed")
        with self.assertRaises(UserError):
            receipt.action_carry_out()

    def test_answers_that_do_not_tell(self):
        _order, receipt = self.acknowledged()
        answers = (
            (403, {}, {}),
            (404, {}, {}),
            (503, {}, {}),
            (200, {"requestId": "C-1"}, {}),
            (200, self.there("canceled", "another"), {}),
        )
        for answer in answers:
            with self.subTest(answer):
                self.marketplace.respond = lambda _path, answer=answer: answer
                self.read_changes()
                self.assertEqual(receipt.state, "part_agreed")
                self.assertTrue(self.readings())
                self.assertFalse(self.account.reading_stop)

    def test_order_and_its_change_are_read_apart(self):
        order, _receipt = self.acknowledged()
        readings = self.env["marketplace.order.reading"]
        readings._note(self.account, order.marketplace_order_id, "hook")
        self.show()
        self.run_cron("cron_read_orders")
        self.assertEqual(set(self.readings().mapped("source")), {"change", "hook"})
        self.assertTrue(self.reads()[0].split("?")[0].endswith("/api/oms/pvt/orders/H-1"))

    def test_reading_counts_against_the_rate(self):
        self.account.read_rate = 1
        order, _receipt = self.asked(change_id=None)
        self.show(self.there("waiting-acknowledgement"))
        self.send()
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            self.assertTrue(env["marketplace.order.reading"]._seconds_to_read(account))
        self.assertEqual(self.calls(order).state, "sent")
