"""Somebody is always asked, and hears of what nobody sees to."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger

from ...models.base.moments import day_of
from ..helpers.common import MarketplaceCase
from ..helpers.health import ADDON, HealthCase
from ..helpers.questions import FIRE, SiblingsCase

DEADLINE_LOGGER = f"odoo.addons.{ADDON}.models.receipt.deadline"
MANAGER = f"{ADDON}.group_marketplace_manager"


@tagged("post_install", "-at_install")
class TestWho(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env.ref(MANAGER).all_user_ids - cls.env.ref("base.user_admin")
        others.group_ids -= cls.env.ref(MANAGER) | cls.env.ref("sales_team.group_sale_manager")
        cls.responsible = new_test_user(cls.env, "responsible", "stock.group_stock_user")
        cls.account.user_id = cls.responsible
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})

    def assertAsked(self, user):
        self.assertEqual(self.account._responsible_user(), user)
        if user != self.responsible:
            self.assertEqual(self.account._check_responsible().state, "attention")
            self.assertIn(user.name, self.account._check_responsible().text)

    def manager(self, login, **values):
        return new_test_user(self.env, login, MANAGER, **values)

    def test_responsible_user_is_asked(self):
        self.assertAsked(self.responsible)
        self.assertEqual(self.account._check_responsible().state, "ok")

    def test_manager_of_the_company_is_asked_when_the_responsible_user_is_archived(self):
        self.env.ref("base.user_admin").group_ids = self.env.ref("base.group_system")
        self.manager("elsewhere", company_id=self.elsewhere.id, company_ids=self.elsewhere.ids)
        gone = self.manager("gone")
        manager = self.manager("here")
        gone.active = False
        self.responsible.action_archive()
        self.assertAsked(manager)
        manager.action_archive()
        self.assertAsked(self.env["res.users"].browse(self.account._administrators()[0].id))

    def test_nobody_is_responsible(self):
        self.account.user_id = False
        self.assertAsked(self.account._deputies()[:1])

    def test_who_may_not_see_it_any_more(self):
        self.responsible.write({"company_ids": self.elsewhere.ids, "company_id": self.elsewhere.id})
        self.assertNotEqual(self.account._responsible_user(), self.responsible)
        self.responsible.write({"company_ids": [(4, self.company.id)]})
        self.assertAsked(self.responsible)
        self.responsible.group_ids = self.env.ref("base.group_user")
        self.assertNotEqual(self.account._responsible_user(), self.responsible)

    def test_the_technical_user_is_never_asked(self):
        self.account.user_id = self.endpoint_user
        self.assertNotEqual(self.account._responsible_user(), self.endpoint_user)


@tagged("post_install", "-at_install")
class TestAsked(SiblingsCase):
    def test_another_one_is_asked_when_the_responsible_user_is_archived(self):
        _order, receipt = self.evaluating("A-1")
        self.assertEqual(receipt.activity_ids.user_id, self.salesperson)
        self.salesperson.action_archive()
        self.assertFalse(receipt.activity_ids)
        self.assertAskedInstead(receipt)

    def test_another_one_is_asked_although_the_activities_stay(self):
        """As an import archives users."""
        _order, receipt = self.evaluating("A-0")
        self.salesperson.active = False
        self.assertTrue(receipt.activity_ids)
        self.assertAskedInstead(receipt)

    def assertAskedInstead(self, receipt):
        self.run_deadlines()
        deputy = receipt.activity_ids.user_id
        self.assertEqual(len(deputy), 1)
        self.assertTrue(deputy.active)
        self.assertEqual(deputy, self.account._responsible_user())
        self.assertEqual(receipt.activity_ids.date_deadline, day_of(deputy))
        asked = receipt.activity_ids
        self.run_deadlines()
        self.assertEqual(receipt.activity_ids, asked)

    def test_activity_of_another_kind_keeps_nobody_from_being_asked(self):
        order = self.make_order("A-2", confirm=True)
        order.picking_ids.move_ids.picked = True
        receipt = self.register("A-2")
        receipt.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.user.id)
        self.request_cancellation("A-2")
        self.assertIn(self.salesperson, receipt.activity_ids.user_id)

    def test_no_context_keeps_anybody_from_being_asked(self):
        _order, receipt = self.evaluating("A-3")
        with self.nothing_can_be_cancelled():
            receipt.with_context(mail_activity_automation_skip=True).action_accept()
        self.assertEqual(receipt.state, "failed")
        self.assertTrue(receipt.activity_ids)


@tagged("post_install", "-at_install")
class TestAskedAgain(SiblingsCase):
    """Activities that people mark as done, or cancel, while nobody has decided."""

    def assertAskedAgain(self, receipt, text):
        (asked,) = receipt.activity_ids
        self.assertEqual(asked.user_id, self.salesperson)
        self.assertIn(text, html2plaintext(asked.note))
        return asked

    def test_marked_as_done(self):
        _order, receipt = self.evaluating("D-1")
        receipt.activity_ids.with_user(self.salesperson).action_feedback(feedback="Later")
        asked = self.assertAskedAgain(receipt, "Nothing is decided yet")
        self.assertIn(receipt.note, html2plaintext(asked.note))
        self.assertIn("Later", html2plaintext(receipt.message_ids[0].body))
        asked.action_feedback_schedule_next()
        self.assertAskedAgain(receipt, "Nothing is decided yet")

    def test_cancelled(self):
        _order, receipt = self.evaluating("D-2")
        job = self.env.ref(f"{ADDON}.cron_deadlines")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        receipt.activity_ids.with_user(self.salesperson).unlink()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]) - triggers)
        self.run_deadlines()
        self.assertEqual(receipt.activity_ids.user_id, self.salesperson)

    def test_failed(self):
        _order, receipt = self.evaluating("D-3")
        with self.nothing_can_be_cancelled():
            receipt.action_accept()
        receipt.activity_ids.action_done()
        self.assertAskedAgain(receipt, "process it again, or mark it as resolved")

    def test_decided(self):
        _order, receipt = self.evaluating("D-4")
        receipt.activity_ids.action_done()
        receipt.action_accept()
        self.assertFalse(receipt.activity_ids)

    def test_resolved(self):
        _order, receipt = self.evaluating("D-5")
        self.rewrite(receipt, state="failed", resolved_at=fields.Datetime.now())
        receipt.activity_ids.action_done()
        self.assertFalse(receipt.activity_ids)

    def test_other_activities_stay_done(self):
        _order, receipt = self.evaluating("D-6")
        other = receipt.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.uid)
        other.action_done()
        self.assertEqual(receipt.activity_ids.user_id, self.salesperson)


@tagged("post_install", "-at_install")
class TestFailedRequestsHaveADeadline(SiblingsCase):
    def failed(self, marketplace_order_id, **body):
        """An order that could not be cancelled; its receipt."""
        order = self.make_order(marketplace_order_id, quantity=3, confirm=True)
        with self.nothing_can_be_cancelled(), mute_logger("odoo"):
            answer = self.request_cancellation(marketplace_order_id, **body)
        self.assertEqual(answer.status, 500)
        receipt = self.receipts(marketplace_order_id)
        self.assertEqual(receipt.state, "failed")
        return order, receipt

    def test_failed_request_is_reminded_of(self):
        _order, receipt = self.failed("F-1")
        self.let_pass(receipt, 13)
        self.assertTrue(receipt.reminded_at)
        self.assertIn(self.salesperson.partner_id, receipt.message_ids[0].partner_ids)
        self.assertIn("has failed", html2plaintext(receipt.message_ids[0].body))

    def test_repeats_do_not_put_the_deadline_off(self):
        _order, receipt = self.failed("F-2")
        receipt.decide_before -= timedelta(hours=6)
        deadline = receipt.decide_before
        with self.nothing_can_be_cancelled(), mute_logger("odoo"):
            self.repeat(receipt)
        self.assertEqual(receipt.decide_before, deadline)

    def test_question_whose_answer_fails_has_a_new_deadline(self):
        _order, receipt = self.evaluating("F-8")
        asked = receipt.decide_before = fields.Datetime.now() + timedelta(minutes=5)
        with self.nothing_can_be_cancelled(), mute_logger("odoo"):
            receipt._set_failed(receipt.sale_order_id, FIRE)
        self.assertEqual(receipt.state, "failed")
        self.assertGreater(receipt.decide_before, asked)

    def test_it_is_tried_once_more(self):
        for number, default in enumerate(("accept", "refuse")):
            self.account.default_decision = default
            order, receipt = self.failed(f"F-3{number}")
            self.let_pass(receipt, 24)
            self.assertCancelled(order)
            self.assertEqual(receipt.state, "cancelled")

    def test_what_fails_again_stays_on_hold_and_has_a_new_deadline(self):
        self.account.default_decision = "refuse"
        order, receipt = self.failed("F-4")
        with self.nothing_can_be_cancelled(), mute_logger("odoo"):
            self.let_pass(receipt, 24)
        self.assertEqual((receipt.state, receipt.error), ("failed", FIRE))
        self.assertTrue(order.marketplace_hold)
        self.assertGreater(receipt.decide_before, fields.Datetime.now() + timedelta(hours=23))
        self.assertTrue(receipt.activity_ids)
        self.assertFalse(receipt.reminded_at)

    def test_what_was_confirmed_is_cancelled_and_not_kept(self):
        self.account.default_decision = "refuse"
        order, receipt, answer = self.confirmed_and_failed("F-5")
        self.let_pass(receipt, 24)
        self.assertCancelled(order)
        self.assertEqual(self.repeat(receipt), answer)

    def test_what_has_become_a_question_is_asked(self):
        order, receipt = self.failed("F-6")
        order.picking_ids.move_ids.picked = True
        self.let_pass(receipt, 24)
        self.assertEqual(receipt.state, "evaluating")
        self.assertUntouched(order)
        self.assertGreater(receipt.decide_before, fields.Datetime.now())

    def test_what_was_resolved_is_left_alone(self):
        _order, receipt = self.failed("F-7")
        self.rewrite(receipt, resolved_at=fields.Datetime.now(), sale_order_id=None)
        self.let_pass(receipt, 24)
        self.assertEqual(receipt.state, "failed")

    def test_without_a_deadline_nothing_happens(self):
        self.account.decision_hours = 0
        _order, receipt = self.failed("F-8")
        self.assertFalse(receipt.decide_before)
        self.run_deadlines()
        self.assertEqual(receipt.state, "failed")


@tagged("post_install", "-at_install")
class TestOneStopsNoOther(SiblingsCase):
    def test_two_overdue_requests_of_one_order_are_decided_together(self):
        for default, state in (("accept", "cancelled"), ("refuse", "refused")):
            with self.subTest(default):
                self.account.default_decision = default
                order, first = self.evaluating(f"O-{default}", cancellationRequestId="q1")
                second = self.ask_again(order)
                behind, third = self.evaluating(f"P-{default}")
                for receipt in (first, second, third):
                    receipt.decide_before -= timedelta(hours=24)
                self.run_deadlines()
                self.assertEqual(
                    [(receipt.state, receipt.decision) for receipt in first | second | third],
                    [(state, default)] * 3,
                )
                self.assertEqual(
                    {order.state, behind.state}, {"cancel"} if state == "cancelled" else {"sale"}
                )
                texts = self.chatter(order)
                self.assertLessEqual(len([text for text in texts if "by the deadline" in text]), 2)

    def test_decision_that_fails_does_not_stop_those_behind_it(self):
        self.account.default_decision = "refuse"
        orders, receipts = zip(*(self.evaluating(f"X-{n}") for n in range(3)), strict=True)
        for receipt in receipts:
            receipt.decide_before -= timedelta(hours=24)
        refuse = self.registry["marketplace.cancellation.receipt"]._set_refused

        def fail(receipt, order, reason):
            if order.id == orders[0].id:
                raise UserError(FIRE)  # pylint: disable=translation-required
            return refuse(receipt, order, reason)

        with (
            patch.object(self.registry["marketplace.cancellation.receipt"], "_set_refused", fail),
            mute_logger(DEADLINE_LOGGER),
        ):
            self.run_deadlines()
        self.assertEqual([own.state for own in receipts], ["failed", "refused", "refused"])
        self.assertEqual(receipts[0].error, FIRE)
        self.assertTrue(orders[0].marketplace_hold)
        self.assertFalse(receipts[0].decision)

    def test_reminder_that_fails_does_not_stop_those_behind_it(self):
        receipts = [self.evaluating(f"Y-{n}")[1] for n in range(2)]
        overdue = self.evaluating("Z-1")[1]
        overdue.decide_before -= timedelta(hours=24)
        for receipt in receipts:
            receipt.decide_before -= timedelta(hours=13)
        post = self.registry["marketplace.cancellation.receipt"].message_post

        def fail(receipt, **values):
            if receipt.id == receipts[0].id:
                raise ValueError("no address")
            return post(receipt, **values)

        with (
            patch.object(self.registry["marketplace.cancellation.receipt"], "message_post", fail),
            mute_logger(DEADLINE_LOGGER),
        ):
            self.run_deadlines()
        self.assertEqual([bool(own.reminded_at) for own in receipts], [False, True])
        self.assertEqual(overdue.state, "cancelled")


@tagged("post_install", "-at_install")
class TestFollowersHearOfOldOnes(HealthCase):
    def setUp(self):
        super().setUp()
        self.account._tell_health()

    def make_old(self, marketplace_order_id, hours=25, state="failed", **values):
        moment = fields.Datetime.now() - timedelta(hours=hours)
        return self.make_receipt(marketplace_order_id, received_at=moment, state=state, **values)

    def told(self):
        """What followers are told when the job runs now."""
        known = self.account.message_ids
        self.account._tell_health()
        return [html2plaintext(own.body) for own in self.account.message_ids - known]

    def test_each_is_told_once(self):
        old = [self.make_old(f"OLD-{state}", state=state) for state in ("failed", "evaluating")]
        self.make_old("YOUNG", hours=23)
        self.make_old("DONE", resolved_at=fields.Datetime.now())
        self.make_old("SETTLED", state="cancelled")
        (text,) = self.told()
        self.assertIn("Waiting for a person for a long time: 2 (", text)
        for receipt in old:
            self.assertIn(receipt.marketplace_order_id, text)
        self.assertFalse(self.told())
        self.make_old("ANOTHER", state="mismatch")
        (text,) = self.told()
        self.assertIn("for a long time: 1 (ANOTHER).", text)
        old[0].write({"state": "cancelled"})
        self.assertFalse(self.told())

    def test_as_long_as_people_have_to_decide(self):
        self.account.decision_hours = 72
        self.make_old("OLD", hours=71)
        self.assertFalse(self.told())
        self.make_old("OLDER", hours=73)
        self.assertEqual(len(self.told()), 1)

    def test_followers_are_told_that_the_responsible_user_is_archived(self):
        self.account.user_id.action_archive()
        (text,) = self.told()
        self.assertIn("Responsible: Missing.", text)
