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
_PROCESSES = 10  # of each side, one pair after the other: each is a little faster or slower
_ROUNDS = 6  # of each pair, one side after the other, so that a slow second slows both
_TIMES = 3  # of each kind in a round
#: Kinds of work: what is done in which group, and how often if not :data:`_ROUNDS`.
KINDS = {
    "documents": ("create", "confirm", "validate", "invoice", "cancel", "import", "slip"),
    "screens": ("list of orders", "list of transfers", "form of an order", "form of a transfer"),
}
_ROUNDS_OF = {"import": 4}
_SCRIPT = Path(__file__).parent / "ordinary_work.py"


@dataclass
class Work:
    """What one kind of work takes with the addon and without it: medians of all times.

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
    works = [Work(kind, group) for group, kinds in KINDS.items() for kind in kinds]
    found = {(work.kind, side): [] for work in works for side in templates}
    with (
        copy_of(templates["without"], "without") as without,
        copy_of(templates["with"], "with") as beside,
    ):
        for number in range(1 if quick else _PROCESSES):
            with _Shell(without, log) as one, _Shell(beside, log) as other:
                for work in works:
                    _measure(work.kind, {"without": one, "with": other}, found)
            tell(f"{NAME}: {number + 1} of {_PROCESSES} pairs of processes")
    for work in works:
        for side in templates:
            rounds = found[work.kind, side]
            single = [milliseconds for spent, _ in rounds for milliseconds in spent]
            work.milliseconds[side] = statistics.median(single)
            work.statements[side] = statistics.median(statements for _, statements in rounds)
        tell(f"{NAME}: {work.kind}: {work.ratio:.2f}x")
    return works


def _measure(kind, shells, found):
    """Have both sides do ``kind`` in turns; add what each round took to what was ``found``."""
    turns = list(shells.items())
    for _side, shell in turns:
        shell.ask(kind, 2)  # warms up
    rounds = _ROUNDS_OF.get(kind, _ROUNDS)
    for _ in range(rounds):
        for side, shell in turns:
            found[kind, side].append(shell.ask(kind, _TIMES if rounds == _ROUNDS else 1))
        turns.reverse()


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
        """``[milliseconds of each time, statements]`` of doing ``kind``."""
        self.commands.write(f"{json.dumps([kind, times])}\n")
        self.commands.flush()
        return self._answer()

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise RuntimeError("the shell has ended, see the bench's log")
