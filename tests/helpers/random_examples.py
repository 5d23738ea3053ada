"""Random examples for tests, made by Hypothesis, which Odoo runs without."""

import os
from contextlib import closing
from tempfile import TemporaryDirectory

try:
    from hypothesis import HealthCheck, Phase, given, note, settings
    from hypothesis import strategies as st
    from hypothesis.configuration import set_hypothesis_home_dir
except ImportError:  # a tool of these tests
    given = note = st = None

#: ``./dev test --long`` tries more examples, and other ones each time.
LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))


class RandomCase:
    """A test class with random examples; one that inherits it is skipped without `given`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = TemporaryDirectory()  # hypothesis would keep its files beside the code
        cls.addClassCleanup(folder.cleanup)
        set_hypothesis_home_dir(folder.name)
        cls.addClassCleanup(set_hypothesis_home_dir, None)

    def for_all(self, strategy, check, examples, long_examples=500):
        """Have ``check(example)`` called for examples of a ``strategy``.

        :param examples: how many
        :param long_examples: how many in the long form
        """

        @settings(
            max_examples=long_examples if LONG else examples,
            derandomize=not LONG,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        )
        @given(strategy)
        def play(example):
            check(example)

        play()


class RandomRecordsCase(RandomCase):
    """Random examples of what is done to records: each is undone in the end."""

    def for_all(self, strategy, check, examples, long_examples=500):
        def check_and_undo(example):
            with closing(self.env.cr.savepoint()):  # always rolls back
                check(example)
            self.env.invalidate_all()

        return super().for_all(strategy, check_and_undo, examples, long_examples)
