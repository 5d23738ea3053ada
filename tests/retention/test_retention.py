"""How long receipts are kept, and what must still hold when they are gone."""

# pylint: disable=translation-required

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation, SerializationFailure

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.arrival import Arrival
from ...tools.lock import release, try_lock
from ...tools.trusted_context import MarketplaceCancellation
from ..helpers.outbound import OutboundCase
from ..helpers.retention import ADDON, RECEIPT, RetentionCase

BATCH = f"{ADDON}.models.retention.receipt.BATCH"
#: Whether a receipt of this state goes when it is old.
GOES = {
    "received": False, "waiting": False, "mismatch": False, "failed": False, "evaluating": False,
    "queued": False, "cancelled": True, "refused": True, "kept": True,
}  # fmt: skip


def asked_by(receipt):
    return MarketplaceCancellation(tuple(receipt.ids)).as_context()


@tagged("post_install", "-at_install")
class TestWhatGoes(RetentionCase):
    def test_accounts_keep_receipts_for_ever_unless_told_otherwise(self):
        other = self.make_account("other")
        self.assertEqual(other.retention_days, 0)
        receipt = self.make_receipt(days=10_000, account_id=other.id)
        self.assertTrue(self.left(receipt))

    def test_days_are_neither_negative_nor_beyond_the_calendar(self):
        for days in (-1, 36_501):
            with (
                self.subTest(days),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.account.retention_days = days
        self.account.retention_days = 36_500
        self.assertTrue(self.left(self.make_receipt()))

    def test_change_of_the_days_is_on_the_accounts_chatter(self):
        self.flush_tracking()
        self.account.retention_days = 60
        self.flush_tracking()
        values = self.account.message_ids.tracking_value_ids
        change = values.filtered(lambda value: value.field_id.name == "retention_days")[:1]
        self.assertEqual((change.old_value_integer, change.new_value_integer), (30, 60))

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_days_count_from_the_moment_of_settlement(self):
        now = fields.Datetime.now()
        receipts = {
            "long settled": self.make_receipt("1", 31),
            "settled lately": self.make_receipt("2", 29),
            "decided lately": self.make_receipt("3", 90, settled_at=now - timedelta(days=29)),
            "decided long ago": self.make_receipt("4", 90, settled_at=now - timedelta(days=31)),
        }
        self.run_job()
        left = [name for name, receipt in receipts.items() if receipt.exists()]
        self.assertEqual(left, ["settled lately", "decided lately"])

    def test_only_what_is_settled_goes(self):
        states = dict(self.env[RECEIPT]._fields["state"].selection)
        self.assertEqual(list(GOES), list(states))
        receipts = {state: self.make_receipt(state, state=state) for state in states}
        self.run_job()
        gone = {state: not receipt.exists() for state, receipt in receipts.items()}
        self.assertEqual(gone, GOES)

    def test_each_account_has_its_own_days(self):
        other = self.make_account("other", retention_days=100)
        receipts = {
            "own": self.make_receipt("1", 31),
            "others": self.make_receipt("1", 31, account_id=other.id),
            "others, older": self.make_receipt("2", 101, account_id=other.id),
        }
        self.run_job()
        left = [name for name, receipt in receipts.items() if receipt.exists()]
        self.assertEqual(left, ["others"])

    def test_companies_and_archived_accounts_are_not_left_out(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        elsewhere = self.make_account("elsewhere", company_id=company.id, retention_days=30)
        receipts = self.make_receipt() + self.make_receipt(account_id=elsewhere.id)
        self.account.active = False
        self.assertFalse(self.left(receipts))

    def test_deliveries_messages_and_activities_go_along(self):
        receipt, young = self.make_receipt("1"), self.make_receipt("2", 1)
        records = {}
        for each in (receipt, young):
            each.message_post(body="Looks odd.")
            each.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.user.id)
            each._record_delivery(Arrival.now("192.0.2.7"), 200)
            each._record_delivery(Arrival.now("192.0.2.7"), 200)
            records[each] = (each.delivery_ids, each.message_ids, each.activity_ids)
            self.assertTrue(all(records[each]))
        self.assertEqual(self.left(receipt + young), young)
        self.assertFalse(any(record.exists() for record in records[receipt]))
        self.assertTrue(all(record.exists() for record in records[young]))

    def test_order_and_what_it_tells_stay(self):
        order, receipt = self.cancelled_order()
        chatter = self.chatter(order)
        self.assertIn("Test Market cancelled this order.", chatter)
        self.assertFalse(self.left(receipt))
        self.assertEqual((order.state, self.chatter(order)), ("cancel", chatter))
        self.assertEqual(order.cancellation_receipt_count, 0)

    def test_return_for_the_cancellation_stays(self):
        receipt = self.make_receipt()
        picking = self.make_order("1", confirm=True).picking_ids
        picking.return_receipt_id = receipt
        self.assertFalse(self.left(receipt))
        self.assertTrue(picking.exists())
        self.assertFalse(picking.return_receipt_id)


@tagged("post_install", "-at_install")
class TestNoHarm(RetentionCase):
    """What was true before the receipt went is true after it."""

    def test_repeat_is_a_new_request_and_gets_its_confirmation(self):
        order, receipt = self.cancelled_order()
        code, messages = receipt.protocol_code, self.chatter(order)
        self.assertFalse(self.left(receipt))
        answer = self.request_cancellation("1")
        again = self.receipts("1")
        self.assertEqual(answer.status, 200)
        self.assertIn(again.protocol_code, answer.body)
        self.assertNotEqual(again.protocol_code, code)
        self.assertEqual((again.state, again.sale_order_id), ("cancelled", order))
        self.assertEqual(again.note, "The order was cancelled already.")
        self.assertEqual(self.chatter(order), messages)
        self.assertEqual(self.request_cancellation("1"), answer)

    def test_receipt_stays_while_its_order_goes_on(self):
        """A repeat must get the confirmation, not cancel the order."""
        kept, revived, replaced = (self.make_order(name, confirm=True) for name in "123")
        receipts = [
            self.make_receipt("1", state="kept", sale_order_id=kept.id),
            self.make_receipt("2", sale_order_id=revived.id),
            self.make_receipt("3", sale_order_id=replaced.id),
        ]
        self.rewrite(receipts[2], state="refused")  # a replacement is confirmed before, not after
        replacement = self.make_order(replaced_order_id=replaced.id, confirm=True)
        self.rewrite(receipts[2], state="cancelled")
        replaced.with_context(**asked_by(receipts[2])).action_cancel()
        for order, receipt in zip((kept, revived, replacement), receipts, strict=True):
            with self.subTest(receipt.marketplace_order_id):
                self.assertTrue(self.left(receipt))
                order.with_context(**asked_by(receipt)).action_cancel()
                self.assertFalse(self.left(receipt))

    def test_refusal_goes_although_its_order_goes_on(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", state="refused", sale_order_id=order.id)
        self.assertFalse(self.left(receipt))
        self.assertFalse(order._is_cancelled_at_marketplace())

    def test_only_orders_without_their_receipts_carry_the_note(self):
        order, receipt = self.cancelled_order()
        young, young_receipt = self.cancelled_order("2")
        young_receipt.settled_at = fields.Datetime.now()
        self.assertEqual(self.left(receipt + young_receipt), young_receipt)
        self.assertEqual((order | young).mapped("cancelled_at_marketplace"), [True, False])
        copy = order.copy()
        self.assertFalse(copy.cancelled_at_marketplace)

    def test_request_that_is_being_answered_keeps_its_receipt(self):
        """As the endpoint holds the order's lock, from another connection."""
        receipts = self.make_receipt("1") + self.make_receipt("2")
        with db_connect(self.env.cr.dbname).cursor() as other:
            lock = try_lock(other, "marketplace order", self.account.id, "1")
            try:
                self.assertEqual(self.left(receipts), receipts[0])
            finally:
                release(other, [lock])
        self.assertFalse(self.left(receipts))


@tagged("post_install", "-at_install")
class TestNoEcho(RetentionCase, OutboundCase):
    """A cancellation that came from the marketplace is never sent back to it."""

    def test_marketplace_is_not_told_what_it_has_cancelled_itself(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(order.is_untold)
        self.assertFalse(self.left(receipt))
        self.assertEqual(order._marketplace_expectation(), "nothing")
        self.assertFalse(order.is_untold)
        order.action_cancel_at_marketplace()
        self.assertFalse(order.outbound_call_ids)

    def test_not_even_when_the_order_is_revived_and_cancelled_again(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(self.left(receipt))
        order.action_draft()
        order.action_confirm()
        self.assertFalse(self.cancelled_here(order))
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.seller_cancel_reason)

    def test_call_that_was_written_before_is_not_sent_either(self):
        order, receipt = self.cancelled_order()
        self.assertFalse(self.left(receipt))
        call = order._add_outbound_call("cancel", body={"reason": "Cracked."})
        self.send()
        self.assertEqual(call.state, "obsolete")
        self.assertFalse(self.marketplace.received)

    def test_receipt_stays_until_the_marketplace_has_heard(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.age(receipt)
        call = self.calls(order)
        states = dict(call._fields["state"].selection)
        stays = {
            "waiting": True, "pending": True, "sent": False, "failed": True, "expired": True,
            "given_up": False, "obsolete": False,
        }  # fmt: skip
        self.assertEqual(list(stays), list(states))
        for state, expected in stays.items():
            with self.subTest(state):
                call.state = state
                found = self.env[RECEIPT]._look_for_expired(self.account)
                self.assertEqual(not found, expected)

    def test_denial_goes_with_the_request_that_it_denies(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.send()
        call = self.calls(order)
        messages = call.message_ids
        self.assertEqual((call.kind, call.state, bool(messages)), ("deny", "sent", True))
        self.age(receipt)
        self.assertFalse(self.left(receipt))
        self.assertFalse(call.exists() or messages.exists())

    def test_invoice_is_sent_once_although_the_first_refusal_is_forgotten(self):
        order, receipt = self.refused("O-1", invoice="posted")
        self.send()
        call = self.calls(order)
        self.assertEqual((call.kind, call.state, call.receipt_id), ("invoice", "sent", receipt))
        self.age(receipt)
        self.assertFalse(self.left(receipt))
        self.assertEqual(self.calls(order), call)
        self.assertFalse(call.receipt_id)
        self.ask(order).action_refuse("It has left long ago.")
        self.send()
        self.assertEqual(self.calls(order), call)
        self.assertEqual(len(self.marketplace.received), 1)


@tagged("post_install", "-at_install")
class TestJob(RetentionCase):
    def test_job_runs_daily_as_one_who_may(self):
        job = self.env.ref("marketplace_order_cancellation.cron_delete_expired")
        self.assertEqual((job.interval_number, job.interval_type), (1, "days"))
        self.assertTrue(job.active)
        self.assertEqual(job.user_id, self.env.ref("base.user_root"))

    def test_nobody_else_may_delete_receipts(self):
        rights = self.env["ir.model.access"].search([("model_id.model", "=", RECEIPT)])
        self.assertTrue(rights)
        self.assertFalse(any(rights.mapped("perm_unlink")))

    def test_all_is_deleted_in_batches_oldest_first(self):
        receipts = self.make_receipts(5)
        with self.batches() as batches:
            self.assertFalse(self.left(receipts))
        self.assertEqual(batches, [receipts[:2].ids, receipts[2:4].ids, receipts[4:].ids])

    @contextmanager
    def batches(self, fail=()):
        """Batches of two. Yields a list of what each one deletes.

        :param fail: exceptions to raise instead, by the number of the batch
        """
        batches, fail = [], dict(fail)
        delete = self.env.registry[RECEIPT]._delete

        def record(receipts):
            if receipts:
                batches.append(receipts.ids)
            if error := fail.pop(len(batches), None):
                raise error
            return delete(receipts)

        with patch(BATCH, 2), patch.object(self.env.registry[RECEIPT], "_delete", record):
            yield batches

    def test_job_ends_when_the_time_is_up_and_goes_on_later(self):
        receipts = self.make_receipts(5)
        with self.batches(), self.progress(time_left=0) as reported:
            self.run_deletion()
            self.assertEqual(receipts.exists(), receipts[2:])
            self.assertEqual([done for done, _remaining in reported], [2])
            self.assertGreater(reported[0][1], 0)
        with self.batches(), self.progress(time_left=60) as reported:
            self.run_deletion()
            self.assertFalse(receipts.exists())
            self.assertEqual([done for done, _remaining in reported], [2, 1, 0])
            self.assertEqual(reported[-1][1], 0)

    @contextmanager
    def progress(self, time_left):
        """Yields a list of ``(done, remaining)`` as they are reported to the scheduler."""
        reported = []

        def record(_cron, processed=0, *, remaining=None):
            reported.append((processed, remaining))
            return time_left

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", record):
            yield reported

    def run_deletion(self):
        with self.own_transactions() as env:
            env[RECEIPT]._cron_delete_expired()

    def test_batch_that_fails_leaves_the_others_deleted_and_its_own_untouched(self):
        receipts = self.make_receipts(5)
        with self.batches(fail={2: ValueError("no")}), self.own_transactions() as env:
            try:  # not assertRaises, which would undo the first batch as well
                env[RECEIPT]._cron_delete_expired()
            except ValueError as error:
                self.assertEqual(str(error), "no")
            else:
                self.fail("The job should have failed.")
        self.assertEqual(receipts.exists(), receipts[2:])

    def test_batch_that_collides_with_others_is_done_again(self):
        receipts = self.make_receipts(5)
        with self.batches(fail={2: SerializationFailure("collision")}) as batches:
            self.run_deletion()
        self.assertFalse(receipts.exists())
        self.assertEqual(batches[1], batches[2])

    def test_what_must_stay_does_not_keep_the_job_from_the_rest(self):
        order = self.make_order("kept", confirm=True)
        kept = [
            self.make_receipt("kept", 90, "kept", sale_order_id=order.id,
                              cancellation_request_id=str(number))
            for number in range(3)
        ]  # fmt: skip
        receipts = self.make_receipts(3)
        with self.batches():
            self.assertFalse(self.left(receipts))
        self.assertTrue(all(receipt.exists() for receipt in kept))

    def test_queries_do_not_grow_with_every_receipt(self):
        """A lock is asked for on every order; all else is done for the batch."""
        self.make_receipts(5)
        with self.count_queries() as few:
            self.run_deletion()
        self.make_receipts(25)
        with self.count_queries() as many:
            self.run_deletion()
        self.assertLessEqual(many[0] - few[0], 20 + 5)

    @contextmanager
    def count_queries(self):
        count = []
        before = self.env.cr.sql_log_count
        yield count
        count.append(self.env.cr.sql_log_count - before)
