"""Named points at which a test lets the process die, as by a power failure.

Only the environment that a server was started with turns them on: it names a folder. A process that
passes the point NAME dies if the file ``NAME.1`` is in it. With ``NAME.3`` and ``NAME.2`` beside
it, two passes go well before, on any worker. No server in production has this variable.
"""

import os
import signal
from pathlib import Path

#: Read once: nothing that happens later, such as a request, turns faults on.
_FOLDER = os.environ.get("MARKETPLACE_FAULT_POINTS")

#: All points, in the order in which they are passed.
POINTS = (
    # a call comes in
    "use of credential written",
    "use of credential committed",
    "caller known",
    "request read",
    # it is put on record, or answered at once
    "order cancelled at once",
    "receipt written",
    "answered at once",
    "receipt committed",
    "answer at once committed",
    "queue woken",
    # it is settled under the lock of its order
    "order locked",
    "goods locked",
    "receipt marked",
    "order cancelled",
    "verdict applied",
    "outcome written",
    "outcome committed",
    "failure written",
    "failure committed",
    "answer ready",
    # what is not settled
    "pending receipt taken up",
    "waiting receipt settled",
    # a part of an order is to be taken out
    "changed order locked",
    "change decided",
    "change carried out",
    # after the answer
    "job awake",
    "batch taken",
    "batch cancelled",
    "batch written",
    "batch committed",
    "half of batch settled",
    "failure in batch written",
    "failure in batch committed",
    # what the marketplace is told
    "call claimed",
    "call sent",
    "call recorded",
    "call committed",
    # what is read at the marketplace
    "reading claimed",
    "reading settled",
)


def point(name: str) -> None:
    """Die here if the test of this server wants it."""
    if _FOLDER:
        _pass(Path(_FOLDER), name)


def _pass(folder: Path, name: str) -> None:
    for path in sorted(folder.glob(f"{name}.[1-9]"), reverse=True):
        try:
            path.rename(f"{path}.passed-by-{os.getpid()}")
        except FileNotFoundError:
            continue  # another worker was faster
        if path.suffix == ".1":
            os.kill(os.getpid(), signal.SIGKILL)
        return
