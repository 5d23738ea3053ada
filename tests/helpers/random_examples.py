"""Random examples for tests, made by Hypothesis, which Odoo runs without."""

import os
from contextlib import closing
from tempfile import TemporaryDirectory

try:
    from hypothesis import HealthCheck, Phase, given, note, settings
    from hypothesis import strategies as st
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.internal.conjecture import providers
except ImportError:  # a tool of these tests
    given = note = st = None

#: ``./dev test --long`` tries more examples, and other ones each time.
LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))

if given and not LONG:
    # Hypothesis also tries the numbers and texts that the code under test has in it. It takes all
    # of Odoo for such code: to parse 1500 files takes longer than most of these tests, and what is
    # drawn would change with any of them.
    def _is_ours(path, _is_local=providers.is_local_module_file):
        return "/marketplace_order_cancellation/" in path and _is_local(path)

    providers.is_local_module_file = _is_ours


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
