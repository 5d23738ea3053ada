"""Ordinary work with the addon and without it: on orders that are of no marketplace."""

import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from .server import copy_of, odoo_command

NAME = "ordinary"
_ROUNDS = 7  # one side after the other, so that a slow minute slows both
_TIMES = 20  # of each kind in a round
#: Kinds of work: what is done in which group, and how often in a round if not :data:`_TIMES`.
KINDS = {
    "documents": ("create", "confirm", "validate", "invoice", "cancel", "import", "slip"),
    "screens": ("list of orders", "list of transfers", "form of an order", "form of a transfer"),
}
_FEWER = {"import": 1}
_SCRIPT = Path(__file__).parent / "ordinary_work.py"


@dataclass
class Work:
    """What one kind of work takes with the addon and without it: medians of the rounds.

    :param milliseconds: ``{"with": …, "without": …}``: processor time of Odoo and PostgreSQL
    :param statements: the same, of the database
    """

    kind: str
    group: str
    milliseconds: dict = field(default_factory=dict)
    statements: dict = field(default_factory=dict)

    @property
    def ratio(self):
        return self.milliseconds["with"] / self.milliseconds["without"]


def measure(log, tell, quick=False):
    """Measure all kinds of work, each in turns on both sides.

    :return: a list of :class:`Work`
    """
    tell(f"{NAME}: preparing")
    templates = {
        "without": os.environ["MARKETPLACE_BENCH_BARE"],
        "with": os.environ["MARKETPLACE_BENCH_PLAIN"],
    }
    works = []
    with (
        copy_of(templates["without"], "without") as without,
        copy_of(templates["with"], "with") as beside,
        _Shell(without, log) as one,
        _Shell(beside, log) as other,
    ):
        shells = {"without": one, "with": other}
        for group, kinds in KINDS.items():
            for kind in kinds:
                works.append(_measure(Work(kind, group), shells, quick))
                tell(f"{NAME}: {kind}: {works[-1].ratio:.2f}x")
    return works


def _measure(work, shells, quick):
    times = _FEWER.get(work.kind, _TIMES)
    found = {side: [] for side in shells}
    for shell in shells.values():
        shell.ask(work.kind, 2)  # warms up
    for _ in range(2 if quick else _ROUNDS):
        for side, shell in shells.items():
            found[side].append(shell.ask(work.kind, times))
    for side, rounds in found.items():
        work.milliseconds[side] = statistics.median(milliseconds for milliseconds, _ in rounds)
        work.statements[side] = statistics.median(statements for _, statements in rounds)
    return work


def totals(works):
    """What the rows that matter compare: for each group the kind that the addon slows most."""
    for group in KINDS:
        if of_group := [work for work in works if work.group == group]:
            worst = max(of_group, key=lambda work: work.ratio)
            for side, milliseconds in worst.milliseconds.items():
                cell = SimpleNamespace(name=f"{side}-{group}")
                yield SimpleNamespace(
                    scenario=NAME, cell=cell, missing="", milliseconds=milliseconds
                )


class _Shell:
    """A process that does the work in one database; a context manager."""

    def __init__(self, database, log):
        commands, self.pipe = os.pipe()
        environment = dict(os.environ, BENCH_COMMANDS=str(commands))
        with Path(log).open("a") as output:
            self.process = subprocess.Popen(
                [*odoo_command(database, "shell"), "--no-http", "--log-level=warn"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                env=environment,
                pass_fds=[commands],
            )
        os.close(commands)

    def __enter__(self):
        try:
            self.commands = os.fdopen(self.pipe, "w")
            with self.process.stdin as script:
                script.write(_SCRIPT.read_text())
            self._answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.commands.close()

    def ask(self, kind, times):
        """``[milliseconds, statements]`` of doing ``kind``."""
        self.commands.write(f"{json.dumps([kind, times])}\n")
        self.commands.flush()
        return self._answer()

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise RuntimeError("the shell has ended, see the bench's log")
