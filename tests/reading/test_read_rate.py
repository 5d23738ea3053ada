"""No minute sees more reads than an account may make, and a backlog is read nearly as fast."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged

from ...models.access import admission
from ...models.reading import order_reading, reconciliation_listing
from ..helpers.rates import elapse
from ..helpers.reconciliation import ReconciliationCase

_MINUTES = 4


class Clock:
    """Goes on only when somebody sleeps."""

    def __init__(self, env):
        self.env = env
        self.now = 1000.0

    def sleep(self, seconds):
        self.now += seconds
        elapse(self.env, seconds)

    def patched(self, module):
        return patch.object(
            module, "time", SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep)
        )


@tagged("post_install", "-at_install")
class TestReadRate(ReconciliationCase):
    def setUp(self):
        super().setUp()
        admission.leases.forget()
        self.addCleanup(admission.leases.forget)
        self.clock = Clock(self.env)

    def moments(self, pause, together=1):
        """When somebody reads who tries again after ``pause`` seconds, or when told, if None.

        :param together: how many are read at once
        """
        moments, ends = [], self.clock.now + 60 * _MINUTES
        with self.own_transactions() as env:
            self.clock.env = env
            account = env["marketplace.account"].browse(self.account.id)
            while self.clock.now < ends:
                if wait := env["marketplace.order.reading"]._seconds_to_read(account, together):
                    self.clock.sleep(pause or wait)
                else:
                    moments += [self.clock.now] * together
        self.clock.env = self.env
        return moments

    def most(self, moments):
        """Of these moments, how many are in one minute."""
        return max(sum(begin <= other < begin + 60 for other in moments) for begin in moments)

    def test_no_minute_has_more_and_the_long_run_nearly_as_many(self):
        for limit, together in ((1, 1), (2, 1), (7, 1), (60, 1), (240, 1), (240, 4), (960, 16)):
            for pause in (None, 0.3):
                with self.subTest(limit=limit, together=together, pause=pause):
                    self.account.read_rate = limit
                    self.env.flush_all()
                    self.env.cr.execute("DELETE FROM marketplace_call_rate")
                    moments = self.moments(pause, together)
                    self.assertLessEqual(self.most(moments), limit)
                    self.assertGreaterEqual(len(moments), int(0.9 * limit * _MINUTES))

    def test_after_a_rest_no_more(self):
        self.account.read_rate = 60
        self.moments(None)
        self.clock.sleep(3600)
        self.assertLessEqual(self.most(self.moments(None)), 60)

    def test_no_worker_takes_reads_ahead(self):
        readings = self.env["marketplace.order.reading"]
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            self.assertFalse(readings.with_env(env)._seconds_to_read(account))
        own = (self.env.cr.dbname, self.account._rate_of_reads(), self.account.read_rate)
        self.assertFalse(admission.leases.use(own))

    def test_questions_that_do_not_wait_are_made_up_for(self):
        self.account.read_rate = 60
        with self.own_transactions() as env:
            rates, account = env["marketplace.call.rate"], env["marketplace.account"]
            key = account.browse(self.account.id)._rate_of_reads()
            rates._count_anyway(key, 60, 40)
        self.assertLessEqual(sum(moment < 1060 for moment in self.moments(None)), 20)

    def test_job_waits_for_its_turn(self):
        self.account.read_rate = 60
        for number in range(20):
            self.order_of_three(f"H-{number}")
        self.compare()
        with self.clock.patched(order_reading):
            self.read_all({f"H-{number}": self.open(f"H-{number}") for number in range(20)})
        self.assertGreater(len(self.order_reads()), 10)
        self.assertGreater(self.clock.now, 1005)

    def test_list_waits_for_its_turn(self):
        self.account.read_rate = 10
        self.order_of_three("H-1")
        run = self.compare()
        with self.own_transactions() as env:
            self.clock.env = env
            own = run.with_env(env)
            with self.clock.patched(reconciliation_listing):
                self.assertEqual([own._wait_for_turn() for _page in range(4)], [True] * 4)
        self.assertGreater(self.clock.now, 1010)
