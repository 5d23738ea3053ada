"""Orders that are compared are read several at once, and nothing gets lost between them."""

import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.reading import order_reading
from ...tools.outbound import client
from ..helpers.reconciliation import ReconciliationCase

JOB = "cron_read_orders"


def order_of(path):
    return path.split("?")[0].rsplit("/", 1)[1]


@tagged("post_install", "-at_install")
class TestTogether(ReconciliationCase):
    def names(self, number):
        return [f"H-{own}" for own in range(number)]

    def make_orders(self, number):
        return [self.make_order(name, confirm=False) for name in self.names(number)]

    def statements(self, orders):
        """How many statements the job takes that reads ``orders``."""
        self.compare(orders=self.env["sale.order"].union(*orders))
        self.marketplace.respond = lambda path: (200, self.open(order_of(path)), {})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.run_cron(JOB)
        count = self.env.cr.sql_log_count - before
        self.assertFalse(self.readings())
        return count

    def test_many_take_no_more_statements_than_few(self):
        orders = self.make_orders(16)
        self.statements(orders[:2])  # caches are filled
        self.assertEqual(self.statements(orders), self.statements(orders[:2]))

    def test_each_is_settled_as_if_it_were_alone(self):
        there = {
            "H-0": self.open("H-0"),
            "H-1": self.canceled("H-1", reason="Late"),
            "H-2": self.requested("H-2", reason="Changed my mind"),
            "H-3": (404, {}, {}),
            "H-4": (500, {}, {}),
            "H-5": (200, b"no order", {}),
            "H-6": self.open("H-6"),
            "H-7": self.open("another one"),
            "H-8": self.open("H-8"),
        }
        orders = self.make_orders(len(there))
        run = self.compare()
        orders[6].unlink()
        orders[8]._action_cancel()
        self.read_all(there)
        self.assertEqual(sorted(self.order_reads()), self.names(9))
        states = [orders[number].state for number in range(4)]
        self.assertEqual(states, ["draft", "cancel", "cancel", "draft"])
        found = {own.marketplace_order_id: own.kind for own in run.finding_ids}
        kinds = {"H-1": "cancelled", "H-2": "asked", "H-3": "unread", "H-8": "open"}
        self.assertEqual(found, kinds)
        waiting = self.readings()
        self.assertEqual(sorted(waiting.mapped("marketplace_order_id")), ["H-4", "H-5", "H-7"])
        self.assertEqual(set(waiting.mapped("attempts")), {1})
        self.assertEqual(run.compared_count, 6)

    def test_order_that_does_not_answer_keeps_no_other_one(self):
        orders = self.make_orders(3)
        run = self.compare()

        def respond(path):
            name = order_of(path)
            return None if name == "H-1" else (200, self.canceled(name, reason="Late"), {})

        self.marketplace.respond = respond
        self.run_cron(JOB)
        self.assertEqual([order.state for order in orders], ["cancel", "draft", "cancel"])
        self.assertEqual(run.compared_count, 2)
        self.assertTrue(self.account.reading_paused_until)
        self.assertEqual(self.readings().attempts, 1)

    def test_unexpected_error_keeps_no_other_one(self):
        orders = self.make_orders(3)
        self.compare()
        send = client.send

        def send_or_fail(call, *args):
            if "H-1" in call.url:
                raise RuntimeError("no thread")
            return send(call, *args)

        self.enterContext(patch.object(client, "send", send_or_fail))
        with mute_logger("odoo.addons.marketplace_order_cancellation.models.reading.order_reading"):
            self.read_all({name: self.canceled(name, reason="Late") for name in self.names(3)})
        self.assertEqual([order.state for order in orders], ["cancel", "draft", "cancel"])
        self.assertIn("RuntimeError", self.readings().error)

    def test_order_for_which_the_system_has_no_thread_is_read_later(self):
        orders = self.make_orders(3)
        self.compare()
        submit = ThreadPoolExecutor.submit

        def submit_or_fail(threads, send, call):
            if "H-1" in call.url:
                raise RuntimeError("can't start new thread")
            return submit(threads, send, call)

        self.marketplace.respond = lambda path: (
            200,
            self.canceled(order_of(path), reason="Late"),
            {},
        )
        with (
            patch.object(ThreadPoolExecutor, "submit", submit_or_fail),
            self.own_transactions() as env,
        ):
            env["marketplace.order.reading"]._claim_next(set())._read_claimed(time.monotonic() + 60)
        self.assertEqual([order.state for order in orders], ["cancel", "draft", "cancel"])
        self.run_cron(JOB)
        self.assertEqual(orders[1].state, "cancel")

    def test_each_that_fails_says_why(self):
        self.make_orders(3)
        self.compare()
        self.enterContext(patch.object(client, "send", side_effect=RuntimeError("no thread")))
        with mute_logger("odoo.addons.marketplace_order_cancellation.models.reading.order_reading"):
            self.read_all({name: self.open(name) for name in self.names(3)})
        self.assertEqual(len(self.readings()), 3)
        for reading in self.readings():
            self.assertIn("RuntimeError", reading.error)
            self.assertGreater(reading.due_at, Datetime.now())

    def test_what_the_hook_tells_meanwhile_is_read_afterwards(self):
        self.make_orders(3)
        self.compare()
        accounts, told = self.registry["marketplace.account"], []
        read = accounts._read_orders_apart

        def read_and_tell(account, order_ids):
            answers = read(account, order_ids)
            if not told:
                account.env["marketplace.order.reading"]._note(account, "H-1", "hook")
                account.env["marketplace.order.reading"]._note(account, "H-2", "hook")
                told.extend(("H-1", "H-2"))
            return answers

        with patch.object(accounts, "_read_orders_apart", read_and_tell):
            self.read_all({name: self.open(name) for name in self.names(3)})
        self.assertEqual(sorted(self.order_reads()[3:]), told)

    def test_what_the_hook_has_told_is_settled_with_it(self):
        self.make_orders(2)
        self.compare()
        self.env["marketplace.order.reading"]._note(self.account, "H-1", "hook", seconds=60)
        self.read_all({name: self.open(name) for name in self.names(2)})
        waiting = self.readings()
        self.assertEqual(waiting.mapped("marketplace_order_id"), ["H-1"], "it may come late")

    def test_no_more_than_may_be_read_in_a_second(self):
        self.make_orders(20)
        self.compare()
        for rate, claimed in ((1, 1), (60, 1), (180, 3), (5000, 16)):
            self.account.read_rate = rate
            self.make_readings_due()
            with self.own_transactions() as env:
                readings = env["marketplace.order.reading"]
                self.assertEqual(len(readings._claim_next(set())), claimed)

    def test_what_is_found_too_late_is_read_again(self):
        orders = self.make_orders(2)
        self.compare()
        there = {name: self.canceled(name, reason="Late") for name in self.names(2)}
        with patch.object(order_reading, "_LONGEST_RUN", -1):
            self.read_all(there)
        self.assertEqual([order.state for order in orders], ["draft"] * 2)
        self.assertEqual(self.readings().mapped("attempts"), [0, 0])
        self.read_all(there)
        self.assertEqual([order.state for order in orders], ["cancel"] * 2)

    def test_no_address_stops_it(self):
        self.make_orders(2)
        self.compare()
        self.rewrite(self.account, services_endpoint="gopher://x")
        self.run_cron(JOB)
        self.assertTrue(self.account.reading_stop)
        self.assertFalse(self.order_reads())
        self.assertEqual(len(self.readings()), 2)
