"""Two hosts on one database, one of which has a clock that the test sets."""

import os
from contextlib import contextmanager
from pathlib import Path

from odoo_server import OdooServer, database_copy

#: Odoo itself ends workers when the clock leaps ahead: it seems as if they had worked for too long.
#: The marketplace then calls again, see ``test_faults_kill.py``; here all are to go on.
PATIENT = [f"--limit-time-real={10**9}"]

SHIFT = Path(__file__).parents[2] / "server" / "data" / "clock"


class Clock:
    """The clock of servers that are started with its ``environ``; it is right to begin with.

    What is shifted, and what is not, stands in ``data/clock/sitecustomize.py``.
    """

    def __init__(self, folder):
        self.file = folder / "seconds"
        self.environ = {
            "MARKETPLACE_TEST_CLOCK": str(self.file),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(SHIFT), os.environ.get("PYTHONPATH", "")])
            ),
        }
        self.set()

    def set(self, seconds=0):
        """Set it so many seconds ahead of what is right; it may be running."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.file)  # at once: somebody may be reading it


@contextmanager
def two_hosts(name, clock):
    """``(host, host by the clock)``, as long as the context lasts."""
    with (
        database_copy(name) as database,
        OdooServer(database) as right,
        OdooServer(database, options=PATIENT, environ=clock.environ) as wrong,
    ):
        yield right, wrong
        for host in (right, wrong):
            host.kill()  # there is nothing to be graceful about
