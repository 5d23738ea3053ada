"""What is done about a key that may not read orders: it is said, and tried again by itself."""

from datetime import timedelta

from odoo.tests import tagged

from ...tools.outbound.texts import text_of_reading_forbidden
from ..helpers.readings import ReadingCase

FORBIDDEN, HANDLING = (403, {}, {}), {"status": "handling"}


@tagged("post_install", "-at_install")
class TestPermissions(ReadingCase):
    def setUp(self):
        super().setUp()
        self.account.reading_tested_at = False

    def pass_time(self, **time):
        self.account.reading_tested_at -= timedelta(**time)
        self.env.flush_all()

    def test_permission_is_tested_once_before_anything_is_read(self):
        self.read(FORBIDDEN, HANDLING)
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertIn("View order", self.account.reading_stop)
        self.assertIn("View order", self.account.message_ids[0].body)
        self.read(HANDLING)
        self.assertEqual(len(self.marketplace.received), 1)

    def test_why_nothing_is_read_is_read_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.read(FORBIDDEN, HANDLING)
        portuguese = self.account.with_context(lang="pt_BR")
        self.assertIn("View order", portuguese.reading_stop)
        self.assertEqual(portuguese.reading_stop, text_of_reading_forbidden(portuguese.env))
        self.assertNotEqual(portuguese.reading_stop, self.account.reading_stop)

    def test_it_is_tried_again_each_hour_and_said_once(self):
        self.read(FORBIDDEN)
        said = self.account.message_ids
        self.pass_time(minutes=61)
        self.read(FORBIDDEN)
        self.assertEqual(len(self.marketplace.received), 2)
        self.assertEqual(self.account.message_ids, said)
        self.tell("H-1")
        self.order_of_three("H-1")
        self.pass_time(minutes=61)
        self.read(HANDLING, self.canceled("H-1", reason="Late"))
        self.assertFalse(self.account.reading_stop)
        self.assertEqual(self.receipts("H-1").state, "cancelled")

    def test_what_waits_is_kept_meanwhile(self):
        self.tell("H-1")
        self.read(FORBIDDEN)
        self.assertTrue(self.readings("H-1"))
        self.assertEqual(len(self.marketplace.received), 1)

    def test_answers_that_do_not_tell_leave_it_to_the_next_time(self):
        self.read((500, {}, {}))
        self.assertFalse(self.account.reading_stop)
        self.assertFalse(self.account.reading_tested_at)
        self.read(HANDLING)
        self.assertEqual(len(self.marketplace.received), 1)  # it is left alone for a minute
        self.account.action_read_again()
        self.read((404, {}, {}))
        self.assertTrue(self.account.reading_tested_at)

    def test_account_that_reads_nothing_is_not_tested(self):
        self.account.write({"arrival_way": "call", "compare_hours": 0})
        self.assertFalse(self.account._is_reading_wanted())
        self.read(FORBIDDEN)
        self.assertFalse(self.marketplace.received)

    def test_calls_are_taken_and_answered_all_the_same(self):
        self.account.arrival_way = "both"
        self.read(FORBIDDEN)
        order = self.order_of_three("H-1")
        self.cancel(order)
        self.assertEqual(order.state, "cancel")
