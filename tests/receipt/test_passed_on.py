"""Who may decide asks somebody else who may; nobody else passes a decision on."""

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..helpers.health import ADDON
from ..helpers.questions import SiblingsCase

DECIDE = f"{ADDON}.activity_decide"


@tagged("post_install", "-at_install")
class TestPassedOn(SiblingsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        managers = f"{ADDON}.group_marketplace_manager"
        cls.manager, cls.deputy = (
            new_test_user(cls.env, login, managers, notification_type="inbox")
            for login in ("pass-manager", "pass-deputy")
        )
        cls.reader = new_test_user(cls.env, "pass-reader", "stock.group_stock_user")

    def question(self, order_id):
        """A receipt with its activity, for the responsible user."""
        _order, receipt = self.evaluating(order_id)
        return receipt, receipt.activity_ids

    def next_activity(self, receipt, asked, user):
        """What *Done & Schedule Next*, then a save for ``user``, leaves as open activities."""
        context = asked.action_done_schedule_next()["context"]
        form = Form(self.env["mail.activity"].with_user(asked.env.user).with_context(**context))
        form.user_id = user
        return form.save()

    def test_manager_asks_another_manager(self):
        receipt, asked = self.question("P-1")
        own = asked.with_user(self.manager)
        self.assertTrue(own.can_write)
        own.user_id = self.deputy
        self.assertEqual(receipt.activity_ids.user_id, self.deputy)
        self.assertIn(self.deputy.partner_id, receipt.message_partner_ids)
        told = self.env["mail.message"].search(
            [("res_id", "=", receipt.id), ("partner_ids", "=", self.deputy.partner_id.id)]
        )
        self.assertEqual(told.author_id, self.manager.partner_id)
        self.run_deadlines()
        self.assertEqual(receipt.activity_ids, asked, "nobody is asked twice")
        receipt.activity_ids.with_user(self.deputy).user_id = self.salesperson
        self.assertEqual(receipt.activity_ids.user_id, self.salesperson)

    def test_reminder_is_for_who_is_asked(self):
        self.deputy.tz = "Asia/Kolkata"
        receipt, asked = self.question("P-6")
        asked.with_user(self.manager).user_id = self.deputy
        self.let_pass(receipt, 13)
        reminder = receipt.message_ids[0]
        self.assertEqual(reminder.partner_ids, self.deputy.partner_id)
        self.assertIn("(Asia/Kolkata, UTC+05:30)", reminder.body)

    def test_everybody_who_is_asked_is_reminded(self):
        receipt, _asked = self.question("P-7")
        receipt.with_user(self.manager).activity_schedule(DECIDE, user_id=self.deputy.id)
        before = receipt.message_ids
        self.let_pass(receipt, 13)
        reminded = (receipt.message_ids - before).partner_ids
        self.assertEqual(reminded, (self.deputy | self.salesperson).partner_id)

    def test_responsible_user_is_reminded_if_nobody_is_asked_who_may_decide(self):
        receipt, asked = self.question("P-8")
        asked.user_id = self.reader  # by a program
        self.let_pass(receipt, 13)
        self.assertEqual(receipt.message_ids[0].partner_ids, self.salesperson.partner_id)

    def test_done_and_schedule_next(self):
        receipt, asked = self.question("P-2")
        follow_up = self.next_activity(receipt, asked.with_user(self.manager), self.deputy)
        self.assertIn(follow_up, receipt.activity_ids)
        self.assertEqual(follow_up.user_id, self.deputy)
        self.assertIn(self.salesperson, receipt.activity_ids.user_id, "asked again")
        self.assertIn(self.deputy.partner_id, receipt.message_partner_ids)

    def test_reader_passes_nothing_on(self):
        receipt, asked = self.question("P-3")
        own = asked.with_user(self.reader)
        self.assertFalse(own.can_write)
        with self.assertRaises(AccessError):
            own.user_id = self.manager
        with self.assertRaises(AccessError):
            self.next_activity(receipt, own, self.reader)
        asked.user_id = self.reader  # by a program
        with self.assertRaises(AccessError):
            own.user_id = self.manager
        self.env.invalidate_all()
        self.assertNotIn(self.manager.partner_id, receipt.message_partner_ids)

    def test_who_may_not_decide_is_not_asked_to(self):
        receipt, asked = self.question("P-4")
        with self.assertRaisesRegex(ValidationError, "pass-reader.* may not decide"):
            asked.with_user(self.manager).user_id = self.reader
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.deputy.write({"company_ids": elsewhere.ids, "company_id": elsewhere.id})
        with self.assertRaisesRegex(ValidationError, "pass-deputy.* may not decide"):
            asked.with_user(self.manager).user_id = self.deputy
        todo = receipt.with_user(self.manager).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.reader.id
        )
        self.assertEqual(todo.user_id, self.reader)

    def test_deciders_write_no_more_than_activities(self):
        receipt, asked = self.question("P-5")
        own = receipt.with_user(self.manager)
        with self.assertRaises(AccessError):
            own.message_subscribe(partner_ids=self.deputy.partner_id.ids)
        with self.assertRaises(AccessError):
            own.message_subscribe(partner_ids=(self.partner | self.salesperson.partner_id).ids)
        with self.assertRaises(AccessError):
            own.resolved_at = fields.Datetime.now()
        with self.assertRaises(AccessError):
            own.message_post()
        with self.assertRaises(AccessError):
            asked.with_user(self.manager).unlink()

    def test_activities_of_other_documents_are_odoos_matter(self):
        contact = self.env["res.partner"].create({"name": "Somebody"})
        todo = contact.activity_schedule(
            "mail.mail_activity_data_todo", fields.Date.today(), user_id=self.salesperson.id
        )
        with self.assertRaises(AccessError):
            todo.with_user(self.reader).user_id = self.reader
