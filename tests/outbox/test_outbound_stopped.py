"""A rejected key, a missing permission and an archived account concern all calls at once."""

import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from ...models.outbox.pause import _EXPIRED, _KEY, _PERMISSION
from ..helpers.outbound import CALL, OutboundCase
from ..helpers.stub_marketplace import StubMarketplace

REJECTED = (401, {"error": {"code": "1", "message": "Unknown app key"}}, {})
FORBIDDEN = (403, {"message": "May not cancel"}, {})


class StoppedCase(OutboundCase):
    """Four calls to one marketplace that are due, and an account at another one."""

    def setUp(self):
        super().setUp()
        self.elsewhere = self.enterContext(StubMarketplace())
        self.other = self.make_account("other-market", name="Other Market")
        self.connect(self.other, services_endpoint=f"{self.elsewhere.url}/api/oms")
        self.account.user_id = new_test_user(
            self.env, "in charge", "marketplace_order_cancellation.group_marketplace_user"
        )
        self.mine = self.env[CALL]
        for number in range(4):
            self.mine |= self.cancelled_here(self.make_order(f"O-{number}", confirm=True))
        self.make_due(self.mine)

    def others_call(self):
        order = self.make_order("X-1", confirm=True, marketplace_account_id=self.other.id)
        return self.cancelled_here(order)

    def rejected(self):
        """Let the first of the calls find out that the marketplace does not know the key."""
        self.marketplace.answers.append(REJECTED)
        self.send()
        self.assertTrue(self.account.key_rejected_until)
        self.marketplace.received.clear()

    def over_time(self, calls):
        """Let the time of ``calls`` be over."""
        self.make_due(calls, age=timedelta(days=self.account.outbound_days))

    def activities(self, *kinds):
        """What is open for somebody: of the account, and of its calls."""
        activities = self.env["mail.activity"].search(
            [
                "|",
                "&", ("res_model", "=", CALL), ("res_id", "in", self.mine.ids),
                "&", ("res_model", "=", self.account._name), ("res_id", "=", self.account.id),
            ]
        )  # fmt: skip
        self.assertEqual(
            activities.activity_type_id.sorted("id"),
            self.env["mail.activity.type"].union(*map(self.env.ref, kinds)).sorted("id"),
        )
        self.assertEqual(len(activities), len(kinds))
        if activities:
            self.assertEqual(activities.user_id, self.account._responsible_user())
        return activities

    def assertAllSent(self):
        self.send()
        self.assertEqual(set(self.mine.mapped("state")), {"sent"})

    def told_line(self):
        self.env.invalidate_all()
        (line,) = [line for line in self.account.health_checks if line["key"] == "told"]
        return line


@tagged("post_install", "-at_install")
class TestRejectedKey(StoppedCase):
    def test_calls_wait_and_one_activity_stands_for_all(self):
        others = self.others_call()
        self.rejected()
        self.assertEqual(set(self.mine.mapped("state")), {"pending"})
        self.assertEqual(sorted(self.mine.mapped("attempts")), [0, 0, 0, 1])
        tried = self.mine.filtered("attempts")
        self.assertTrue(tried.error.startswith("“Unknown app key” — "))
        self.assertEqual((others.state, self.other.key_rejected_until), ("sent", False))
        self.activities(_KEY)
        self.send()
        self.assertFalse(self.marketplace.received)
        self.activities(_KEY)

    def test_it_is_shown(self):
        self.assertEqual(self.told_line()["state"], "info")
        self.rejected()
        self.assertIn("rejected the app key", self.account.outbound_stop)
        self.assertEqual(self.mine[0].account_stop, self.account.outbound_stop)
        self.assertEqual(self.told_line()["state"], "attention")
        self.assertIn("rejected the app key", self.told_line()["text"])
        self.assertEqual(self.account.health, "attention")

    def test_another_key_token_or_address_ends_it(self):
        for values in (
            {"outbound_key": "another-key"},
            {"new_outbound_token": "another-t0ken"},
            {"services_endpoint": f"{self.marketplace.url}/api/oms?an=other"},
        ):
            with self.subTest(values):
                self.rejected()
                self.account.name = "Another Name"
                self.assertTrue(self.account.key_rejected_until)
                self.account.write(values)
                self.assertFalse(self.account.key_rejected_until)
                self.activities()
        self.assertAllSent()

    def test_connection_test_that_works_ends_it(self):
        self.rejected()
        for answers, is_rejected in (([REJECTED], True), ([(500, {}, {})], True), ([], False)):
            self.marketplace.answers.extend(answers)
            with self._test_mode():
                self.account.action_test_connection()
            self.assertEqual(bool(self.account.key_rejected_until), is_rejected)
        self.activities()
        self.assertAllSent()

    def test_send_again_ends_it(self):
        self.rejected()
        self.mine[0].action_send_again()
        self.activities()
        self.assertAllSent()

    def test_send_again_in_vain_asks_once_more(self):
        self.rejected()
        self.mine[0].action_send_again()
        self.rejected()
        self.assertEqual(set(self.mine.mapped("state")), {"pending"})
        self.activities(_KEY)

    def test_what_ends_it_wakes_the_job(self):
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.rejected()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertIn(self.account.key_rejected_until, triggers.mapped("call_at"))
        triggers.unlink()
        self.account.outbound_key = "another-key"
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(triggers)

    def test_daily_try(self):
        """The server's own settings may have another key since it was started anew."""
        settings = {
            "MARKETPLACE_TEST_MARKET_SERVICES_ENDPOINT": f"{self.marketplace.url}/api/oms",
            "MARKETPLACE_TEST_MARKET_APP_TOKEN": "server-t0ken",
        }
        with patch.dict(os.environ, settings):
            self.rejected()
        self.account.key_rejected_until = fields.Datetime.now() - timedelta(seconds=1)
        self.marketplace.answers.append(REJECTED)
        self.send()
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertGreater(self.account.key_rejected_until, fields.Datetime.now())
        self.assertEqual(set(self.mine.mapped("state")), {"pending"})
        self.activities(_KEY)
        self.account.key_rejected_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertAllSent()
        self.assertFalse(self.account.key_rejected_until)
        self.activities()

    def test_daily_try_that_is_refused_for_another_reason_ends_it(self):
        self.rejected()
        for answer, is_rejected in (((503, {}, {}), True), ((400, {}, {}), False)):
            self.account.key_rejected_until = fields.Datetime.now() - timedelta(seconds=1)
            self.marketplace.answers.append(answer)
            (self.mine[1:]).next_attempt_at = fields.Datetime.now() + timedelta(hours=1)
            self.make_due(self.mine[:1])
            self.send()
            self.assertEqual(bool(self.account.key_rejected_until), is_rejected)

    def test_what_is_over_time_meanwhile_has_no_activity_of_its_own(self):
        self.rejected()
        self.over_time(self.mine[:3])
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(self.mine.mapped("state"), ["expired"] * 3 + ["pending"])
        self.assertIn("rejected the app key", self.mine[1].error)
        self.activities(_KEY, _EXPIRED)
        self.account.outbound_key = "another-key"
        self.activities(_EXPIRED)
        self.mine[:2].action_send_again()
        self.activities(_EXPIRED)
        self.mine[2].action_give_up("By phone.")
        self.activities()

    def test_what_was_over_time_already_is_tried_once_and_then_expires(self):
        self.over_time(self.mine[:2])
        self.rejected()
        self.assertEqual(self.mine.mapped("state"), ["expired"] * 2 + ["pending"] * 2)
        self.activities(_KEY, _EXPIRED)

    def test_copy_begins_without_it(self):
        self.rejected()
        self.assertFalse(self.account.copy().key_rejected_until)


@tagged("post_install", "-at_install")
class TestPermission(StoppedCase):
    def test_calls_fail_and_one_activity_stands_for_all(self):
        self.marketplace.answers.extend([FORBIDDEN] * 3)
        self.send()
        self.assertEqual(self.mine.mapped("state"), ["failed"] * 3 + ["sent"])
        self.assertTrue(self.mine[0].error.startswith("“May not cancel” — "))
        activity = self.activities(_PERMISSION)
        self.assertIn("lacks the permission", html2plaintext(activity.note))
        self.mine[:2].action_send_again()
        self.activities(_PERMISSION)
        self.mine[2].action_give_up("By phone.")
        self.activities()
        self.send()
        self.assertEqual(self.mine.mapped("state"), ["sent", "sent", "given_up", "sent"])

    def test_who_has_seen_to_it_is_asked_again_if_it_was_in_vain(self):
        self.marketplace.answers.append(FORBIDDEN)
        self.send()
        self.activities(_PERMISSION).action_feedback("Done.")
        self.marketplace.answers.append(FORBIDDEN)
        self.mine[0].action_send_again()
        self.send()
        self.activities(_PERMISSION)


@tagged("post_install", "-at_install")
class TestArchived(StoppedCase):
    def test_it_sends_nothing_until_it_is_unarchived(self):
        others = self.others_call()
        self.account.action_archive()
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(set(self.mine.mapped("state")), {"pending"})
        self.assertEqual(set(self.mine.mapped("attempts")), {0})
        self.assertEqual(others.state, "sent")
        self.assertIn("is archived", self.mine[0].account_stop)
        self.assertIn("is archived", self.told_line()["text"])
        self.activities()
        self.account.action_unarchive()
        self.assertAllSent()

    def test_unarchiving_wakes_the_job(self):
        self.account.action_archive()
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        triggers.unlink()
        self.account.action_unarchive()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertTrue(triggers)

    def test_send_again_sends_nothing_either(self):
        self.account.action_archive()
        self.mine.action_send_again()
        self.send()
        self.assertFalse(self.marketplace.received)

    def test_what_is_over_time_expires_with_that_reason_and_one_activity(self):
        self.account.action_archive()
        self.over_time(self.mine[:3])
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertEqual(self.mine.mapped("state"), ["expired"] * 3 + ["pending"])
        for call in self.mine[:3]:
            self.assertIn("The account is archived", call.error)
        activity = self.activities(_EXPIRED)
        self.assertIn("The account is archived", html2plaintext(activity.note))
        self.account.action_unarchive()
        self.mine[:3].action_send_again()
        self.activities()
        self.assertAllSent()

    def test_archived_account_without_calls_needs_nothing(self):
        self.mine.action_give_up("By phone.")
        self.account.action_archive()
        self.assertEqual(self.told_line()["state"], "ok")
