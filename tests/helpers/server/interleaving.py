"""Two transactions at once, interleaved in a way that can be repeated.

An actor works in a thread, on a database connection of its own. It can be paused after any of its
steps, an SQL statement or a commit. Meanwhile the other actor runs until it is done, or until
PostgreSQL says that it waits for a lock of the paused one.
"""

import functools
import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

import odoo.service.model
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config

PATIENCE = 60  # seconds; nothing here takes that long unless it hangs

# How often to ask whether an actor waits for a lock, in seconds.
_POLL_INTERVAL = 0.004


class Actor:
    """Somebody who does ``work``, and can be paused after one of its steps.

    :param registry: of the database; the cursor is a real one, and so are its commits
    :param work: a function of an environment
    """

    def __init__(self, registry, work):
        self._registry = registry
        self._work = work
        self._still = threading.Event()  # paused, or at the end
        self._released = threading.Event()
        self.backend = None  # number of PostgreSQL's process for this actor
        self.steps = self.commits = 0  # so far
        self.pause_after = None  # ("steps", number) or ("commits", number)
        self.paused_after = "its end"  # or a step

    def places(self, number):
        """Where another actor that does the same can be paused: after so many of its steps, which
        are spread evenly, and after each commit.
        """
        number = min(number, self.steps)
        steps = [("steps", place * self.steps // number) for place in range(1, number + 1)]
        return steps + [("commits", place) for place in range(1, self.commits + 1)]

    def start(self, threads):
        self.outcome = threads.submit(self._run)
        self.outcome.add_done_callback(lambda _outcome: self._still.set())

    def wait_until_still(self, timeout=PATIENCE):
        """Whether the actor is paused or done, by ``timeout`` at the latest."""
        return self._still.wait(timeout)

    def release(self):
        """Let the actor run to its end."""
        self._released.set()

    def _run(self):
        with self._registry.cursor() as cr:
            self.backend = cr.connection.get_backend_pid()
            commit = cr.commit

            def commit_and_count():
                commit()
                self._count("COMMIT")

            def count_statement(cursor, query, *_args):
                if cursor is cr:  # Odoo opens others for its own ends, to wake the cron say
                    self._count(query)

            cr.commit = commit_and_count
            threading.current_thread().query_hooks = [count_statement]  # called by every cursor
            try:
                return self._work(Environment(cr, SUPERUSER_ID, {}))
            finally:
                del threading.current_thread().query_hooks, cr.commit

    def _count(self, step):
        self.steps += 1
        self.commits += step == "COMMIT"
        kind, number = self.pause_after or ("steps", 0)
        if getattr(self, kind) == number and not self._still.is_set():
            self.paused_after = f"step {self.steps}, {step}"
            self._still.set()
            assert self._released.wait(PATIENCE), "nobody let the actor go on"


def interleave(first, second, observer):
    """Run ``first`` to its pause, ``second`` as far as it gets, and then both to their ends.

    :param observer: a cursor that neither of them uses
    """
    with ThreadPoolExecutor(2) as threads:
        first.start(threads)
        try:
            assert first.wait_until_still(), "the first actor hangs"
            second.start(threads)
            for _ in range(round(PATIENCE / _POLL_INTERVAL)):
                if second.wait_until_still(_POLL_INTERVAL) or _waits_for(second, first, observer):
                    return
            raise AssertionError("the second actor hangs, and not because of the first")
        finally:
            first.release()


def _waits_for(waiting, holding, observer):
    observer.execute(
        "SELECT %s = ANY(pg_blocking_pids(%s))", [holding.backend, waiting.backend or 0]
    )
    (waits,) = observer.fetchone()
    observer.rollback()
    return waits


@contextmanager
def database_for_actors(template):
    """The registry of a copy of the database ``template``, for the time of the block.

    Meanwhile this process's Odoo works as a server does, not as in its own test classes.
    """
    database = f"{template[:40]}_races_{os.getpid()}"
    subprocess.run(["createdb", f"--template={template}", database], check=True)
    try:
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setitem(config, "test_enable", False)  # loading would run other tests
            # Who goes next is said here, so nobody needs to sleep before doing something again.
            no_time = SimpleNamespace(sleep=lambda _seconds: None)
            monkeypatch.setattr(odoo.service.model, "time", no_time)
            _allow_pauses_in_properties(monkeypatch)
            yield Registry(database)
    finally:
        Registry.delete(database)
        close_db(database)
        subprocess.run(["dropdb", "--force", database], check=True)


def _allow_pauses_in_properties(monkeypatch):
    """Let an actor be paused while it computes ``env.company`` and the like.

    Before Python 3.12, ``functools.cached_property`` has a lock that all instances share: the
    other actor would wait in Python, where nobody sees it.
    """
    for attribute in vars(Environment).values():
        if isinstance(attribute, functools.cached_property) and hasattr(attribute, "lock"):
            monkeypatch.setattr(attribute, "lock", nullcontext())
