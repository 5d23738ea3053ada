"""Open orders are compared with the marketplace; what is cancelled there is settled as if it had
called.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.reading import reconciliation
from ...tools.reading_sql import CLAIM, NOTED_UNTIL_NOW
from ..helpers.reconciliation import ReconciliationCase


@tagged("post_install", "-at_install")
class TestCancelledThere(ReconciliationCase):
    def test_order_that_is_cancelled_there_is_cancelled_here(self):
        order, other = self.order_of_three("H-1"), self.order_of_three("H-2")
        run = self.compare()
        self.assertEqual((run.order_count, run.compared_count, run.progress), (2, 0, 0))
        self.read_all({"H-1": self.canceled("H-1", reason="Late"), "H-2": self.open("H-2")})
        self.assertEqual((order.state, other.state), ("cancel", "sale"))
        receipt = self.receipts("H-1")
        self.assertEqual((receipt.state, receipt.source), ("cancelled", "reconciliation"))
        self.assertTrue(receipt.cancelled_there)
        self.assertFalse(self.receipts("H-2"))
        self.assertFalse((order | other).outbound_call_ids)
        self.assertEqual((run.state, run.compared_count, run.progress), ("done", 2, 100))
        self.assertTrue(run.ended_at)
        self.assertEqual((run.cancelled_count, run.open_count, run.unread_count), (1, 0, 0))
        self.assertEqual(run.finding_ids.sale_order_id, order)
        self.assertEqual(run.finding_ids.kind, "cancelled")

    def test_request_is_settled_like_a_call(self):
        order = self.order_of_three("H-1")
        run = self.compare()
        self.read_all({"H-1": self.requested("H-1", reason="Changed my mind")})
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.receipts("H-1").source, "reconciliation")
        self.assertEqual(run.finding_ids.kind, "asked")
        self.assertEqual(order.outbound_call_ids.kind, "cancel")

    def test_request_that_a_person_decides_on_is_no_news(self):
        self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        run = self.compare()
        self.read_all({"H-1": self.requested("H-1")})
        self.assertFalse(run.finding_ids)
        self.assertEqual(len(self.receipts("H-1")), 1)

    def test_quotation(self):
        order = self.make_order("H-1", confirm=False)
        run = self.compare()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((order.state, run.cancelled_count), ("cancel", 1))
        self.assertFalse(self.compare(), "it is known by now")

    def test_refused_request_is_no_news(self):
        self.account.on_shipped = "refuse"
        self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        self.assertEqual(self.receipts("H-1").state, "refused")
        run = self.compare()
        self.read_all({"H-1": self.requested("H-1")})
        self.assertFalse(run.finding_ids)

    def test_refused_request_that_was_carried_out_all_the_same(self):
        self.account.on_shipped = "refuse"
        self.order_of_three("H-1", done=1)
        self.tell("H-1", "cancellation-requested")
        self.read(self.requested("H-1"))
        run = self.compare()
        self.read_all({"H-1": self.canceled("H-1", cancellationRequestId="r-1", reason="x")})
        self.assertEqual(run.finding_ids.kind, "cancelled")
        self.assertEqual(self.receipts("H-1").state, "evaluating")

    def test_deleted_between(self):
        order = self.make_order("H-1")
        run = self.compare()
        order.unlink()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((run.state, run.cancelled_count), ("done", 0))

    def test_what_has_left_is_asked_about(self):
        order = self.order_of_three("H-1", done=1)
        self.compare()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((order.state, self.receipts("H-1").state), ("sale", "evaluating"))
        self.assertEqual(self.compare().order_count, 0, "it is known to be cancelled there")

    def test_what_is_known_to_be_cancelled_there_is_not_compared(self):
        self.order_of_three("H-1")
        self.order_of_three("H-2")
        self.request_cancellation("H-1")
        told = self.order_of_three("H-3")
        self.cancelled_here(told)
        self.assertEqual(self.compare().order_count, 1)
        self.assertEqual(self.readings().mapped("marketplace_order_id"), ["H-2"])

    def test_order_that_somebody_keeps_open_is_not_asked_about_again(self):
        order = self.order_of_three("H-1", done=1)
        self.compare()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.receipts("H-1").action_keep("The shopper wants it.")
        self.assertFalse(self.compare())
        self.assertEqual(order.state, "sale")

    def test_time_of_an_account(self):
        old, late = self.order_of_three("H-1"), self.order_of_three("H-2")
        now = old.create_date
        old.marketplace_created_at = now - timedelta(days=31)
        self.rewrite(late, create_date=now - timedelta(days=31))
        self.assertFalse(self.compare())
        late.marketplace_created_at = now - timedelta(days=29)
        self.assertEqual(self.compare().order_count, 1)
        self.assertEqual(self.readings().mapped("marketplace_order_id"), ["H-2"])

    def test_samples_of_self_tests_are_not_known_there(self):
        order = self.order_of_three("H-1")
        self.rewrite(order, is_marketplace_test=True)
        self.assertFalse(self.compare())


@tagged("post_install", "-at_install")
class TestQueue(ReconciliationCase):
    def test_order_that_waits_already_is_not_noted_again(self):
        self.order_of_three("H-1")
        self.tell("H-1")
        self.order_of_three("H-2")
        first = self.compare()
        self.assertEqual(first.order_count, 1)
        self.assertFalse(self.compare(), "all of it waits already")
        self.read_all({"H-1": self.open("H-1"), "H-2": self.open("H-2")})
        self.assertEqual(len(self.marketplace.received), 3, "two orders and the list")
        self.assertEqual(first.state, "done")

    def test_person_does_not_wait_for_the_schedule(self):
        for number in range(4):
            self.order_of_three(f"H-{number}")
        slow = self.compare("schedule")
        self.assertEqual(slow.order_count, 4)
        due = self.readings().mapped("due_at")
        self.assertAlmostEqual((max(due) - min(due)).total_seconds(), 24 * 3600 * 0.9 * 3 / 4, -1)
        quick = self.compare()
        self.assertEqual(quick.order_count, 3, "the first one is due")
        self.read_all({f"H-{number}": self.open(f"H-{number}") for number in range(4)})
        self.assertEqual(len(self.order_reads()), 4, "each is read once")
        self.assertEqual((slow.state, quick.state), ("done", "done"))

    def test_notifications_are_read_first(self):
        for number in range(3):
            self.order_of_three(f"H-{number}")
        self.compare()
        self.order_of_three("H-9")
        self.tell("H-9")
        self.read_all({f"H-{number}": self.open(f"H-{number}") for number in (0, 1, 2, 9)})
        self.assertEqual(self.order_reads()[0], "H-9")

    def test_too_many_calls_in_the_middle(self):
        orders = [self.order_of_three(f"H-{number}") for number in range(3)]
        run = self.compare()
        documents = {f"H-{number}": self.canceled(f"H-{number}", reason="x") for number in range(3)}
        self.read_all({**documents, "H-1": (429, {}, {"Retry-After": "90"})})
        self.assertEqual((run.state, run.compared_count), ("running", 2), "read at the same time")
        self.assertTrue(self.account.reading_paused_until)
        self.account.action_read_again()
        self.read_all(documents)
        self.assertEqual([order.state for order in orders], ["cancel"] * 3)
        self.assertEqual((run.state, run.cancelled_count), ("done", 3))

    def test_order_that_is_cancelled_between_noting_and_reading(self):
        order = self.order_of_three("H-1")
        run = self.compare()
        self.request_cancellation("H-1")
        self.assertEqual(order.state, "cancel")
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertFalse(run.finding_ids)
        self.assertFalse(order.outbound_call_ids)
        self.assertEqual(run.state, "done")

    def test_what_cannot_be_read_is_left_to_the_next_comparison(self):
        order = self.order_of_three("H-1")
        run = self.compare()
        for _time in range(5):
            self.read_all({"H-1": (500, {}, {})})
            self.make_readings_due()
        self.assertFalse(self.readings())
        self.assertEqual((run.state, run.unread_count), ("done", 1))
        self.assertEqual(run.finding_ids.note, "The marketplace answered 500.")
        self.assertEqual(order.state, "sale")

    def test_order_that_is_not_known_there(self):
        self.order_of_three("H-1")
        run = self.compare()
        self.read_all({"H-1": (404, {}, {})})
        self.assertEqual((run.state, run.unread_count), ("done", 1))

    def test_killed_between(self):
        order = self.order_of_three("H-1")
        run = self.compare()
        with self.own_transactions() as env:
            env["marketplace.order.reading"]._claim_next(set())  # and then the server dies
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((order.state, run.state), ("sale", "running"))
        self.make_readings_due()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((order.state, run.state, run.cancelled_count), ("cancel", "done", 1))

    def test_rate_is_kept_and_does_not_count_as_a_try(self):
        self.account.read_rate = 1
        for number in range(3):
            self.order_of_three(f"H-{number}")
        run = self.compare()
        self.read_all({f"H-{number}": self.open(f"H-{number}") for number in range(3)})
        self.assertLessEqual(len(self.marketplace.received), 1)
        self.assertEqual(run.state, "running")
        self.assertLessEqual(max(self.readings().mapped("attempts")), 0)

    def test_stopped(self):
        for number in range(3):
            self.order_of_three(f"H-{number}")
        run = self.compare()
        run.action_stop()
        self.read_all({})
        self.assertFalse(self.readings())
        self.assertFalse(self.order_reads())
        self.assertEqual((run.state, run.left_count, run.compared_count), ("stopped", 3, 0))

    def test_next_order_is_found_by_an_index(self):
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO marketplace_order_reading (account_id, marketplace_order_id, source,"
            " noted_at, due_at, attempts, priority) SELECT %s, 'X-' || number, 'reconciliation',"
            " now(), now() - interval '1 day', 0, 2 FROM generate_series(1, 20000) number",
            [self.account.id],
        )
        self.env.cr.execute("ANALYZE marketplace_order_reading")
        claim = SQL(CLAIM, lease=60, spent=[], most=16)
        for query in (claim, SQL(NOTED_UNTIL_NOW, readings=[1, 2])):
            rows = self.env.execute_query(SQL("EXPLAIN %s", query))
            plan = "\n".join(row for (row,) in rows)
            self.assertNotIn("Seq Scan on marketplace_order_reading", plan)
            self.assertIn("Index", plan)

    def test_what_waits_is_counted_where_many_are_noted_at_once(self):
        """PostgreSQL took them for none if it had counted when all was read."""
        for number in range(4):
            self.order_of_three(f"H-{number}")
        with patch.object(reconciliation, "_MANY", 4):
            self.compare()
        self.env.cr.execute(
            "SELECT reltuples FROM pg_class WHERE oid = 'marketplace_order_reading'::regclass"
        )
        self.assertEqual(self.env.cr.fetchone(), (4,))

    def test_old_comparisons_are_deleted(self):
        self.order_of_three("H-1")
        run = self.compare()
        self.rewrite(run, started_at=run.started_at - timedelta(days=91))
        self.env["marketplace.reconciliation"]._gc_old()
        self.assertFalse(run.exists())
        self.assertFalse(self.readings())
