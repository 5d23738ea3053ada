"""One thread ends all calls that take too long."""

import time
from contextlib import ExitStack, suppress
from unittest import TestCase

from ...tools.outbound.watch import Watch

SOON, PATIENCE = 0.05, 10


class CountedWatch(Watch):
    """Counts its threads, now and at most: other tests have some, too."""

    now = most = 0

    def _watch(self):
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            with suppress(SystemExit):  # a test's own
                return super()._watch()
        finally:
            self.now -= 1


class TestWatch(TestCase):
    def setUp(self):
        super().setUp()
        self.watch = CountedWatch()

    def tearDown(self):
        self.assertTrue(self.in_time(lambda: not self.watch.now), "a thread is left")
        super().tearDown()

    def in_time(self, condition):
        """Whether ``condition`` holds within some seconds."""
        deadline = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)
        return condition()

    def test_each_call_ends_at_its_own_deadline(self):
        ended = []
        now = time.monotonic()
        with ExitStack() as calls:
            for name, seconds in (("late", 600), ("second", 2 * SOON), ("first", SOON)):
                calls.enter_context(
                    self.watch.over(now + seconds, lambda name=name: ended.append(name))
                )
            self.assertTrue(self.in_time(lambda: "second" in ended))
            self.assertEqual((self.watch.now, self.watch.most), (1, 1))
        self.assertEqual(set(ended), {"first", "second"})

    def test_call_that_does_not_end_is_ended_again(self):
        ended = []
        with self.watch.over(time.monotonic(), lambda: ended.append(1)):
            self.assertTrue(self.in_time(lambda: len(ended) > 1))

    def test_another_thread_watches_if_one_has_died(self):
        def die():
            raise SystemExit

        with self.watch.over(time.monotonic(), die):
            self.assertTrue(self.in_time(lambda: self.watch.most and not self.watch.now))
        ended = []
        with self.watch.over(time.monotonic(), lambda: ended.append(1)):
            self.assertTrue(self.in_time(lambda: ended))

    def test_call_that_is_over_is_left_alone(self):
        ended = []
        with self.watch.over(time.monotonic() + 600, lambda: None):
            with self.watch.over(time.monotonic() + SOON, lambda: ended.append(1)):
                pass
            time.sleep(2 * SOON)
        self.assertFalse(ended)

    def test_what_cannot_be_ended_keeps_no_others_from_it(self):
        ended = []
        now = time.monotonic()
        with (
            self.watch.over(now, lambda: 1 / 0),
            self.watch.over(now + SOON, lambda: ended.append(1)),
        ):
            self.assertTrue(self.in_time(lambda: ended))

    def test_calls_that_come_later_are_watched_as_well(self):
        for _turn in range(50):
            with self.watch.over(time.monotonic() + 600, lambda: None):
                self.assertTrue(self.in_time(lambda: self.watch.now))
        ended = []
        with self.watch.over(time.monotonic() + SOON, lambda: ended.append(1)):
            self.assertTrue(self.in_time(lambda: ended))
