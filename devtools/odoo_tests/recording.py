"""A plugin of pytest: writes how each of Odoo's own tests ended, and what statements it counted.

``--record FILE`` gets ``{test: {"outcome": "passed" | "skipped" | "failed", "queries": [3, …]}}``.
Odoo's ``assertQueryCount`` allows a number that was measured with few modules. Here its counts are
kept instead, to be compared with those of a run without the addon.
"""

import json
from collections import defaultdict
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

_WORST = ("passed", "skipped", "failed")


def pytest_addoption(parser):
    parser.addoption("--record", type=Path, required=True)


def pytest_configure(config):
    config.pluginmanager.register(_Recording(config.getoption("--record")))


class _Recording:
    def __init__(self, path):
        self._path = path
        self._tests = defaultdict(lambda: {"outcome": "passed", "queries": []})
        self._running = None

    def pytest_collection_finish(self):
        base_case = import_module("odoo.tests.common").BaseCase  # once Odoo has been made ready
        recording = self

        @contextmanager
        def count(case, *_numbers, flush=True, **_by_login):
            case.env.flush_all()
            before = case.cr.sql_log_count
            with patch("random.random", lambda: 1):  # as in Odoo: no clearing of the bus by chance
                yield
                if flush:
                    case.env.flush_all()
            if case.warm:
                recording._running["queries"].append(case.cr.sql_log_count - before)

        base_case.assertQueryCount = count

    def pytest_runtest_logstart(self, nodeid):
        self._running = self._tests[nodeid]

    def pytest_runtest_logreport(self, report):
        test = self._tests[report.nodeid]
        test["outcome"] = max(test["outcome"], report.outcome, key=_WORST.index)

    def pytest_sessionfinish(self):
        self._path.write_text(json.dumps(self._tests, indent=1))
