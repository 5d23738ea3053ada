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
_TIMES = 18  # of each kind in each pair, one side after the other: a slow second slows both
#: Kinds of work: what is done in which group, and how often if not :data:`_TIMES`.
KINDS = {
    "documents": ("create", "confirm", "validate", "invoice", "cancel", "import", "slip"),
    "screens": ("list of orders", "list of transfers", "form of an order", "form of a transfer"),
}
_TIMES_OF = {"import": 6}
_SCRIPT = Path(__file__).parent / "ordinary_work.py"


@dataclass
class Work:
    """What one kind of work takes with the addon and without it: medians of all times.

    :param ratio: the median of how much longer it takes with the addon than right before or after
        that without: a machine shared with others is slow for some seconds, then fast again
    :param milliseconds: ``{"with": …, "without": …}``: processor time of Odoo and PostgreSQL
    :param statements: the same, of the database
    """

    kind: str
    group: str
    milliseconds: dict = field(default_factory=dict)
    statements: dict = field(default_factory=dict)
    ratio: float = 0.0


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
            work.milliseconds[side], work.statements[side] = map(
                statistics.median, zip(*found[work.kind, side], strict=True)
            )
        neighbours = zip(found[work.kind, "with"], found[work.kind, "without"], strict=True)
        work.ratio = statistics.median(ours / theirs for (ours, _), (theirs, _) in neighbours)
        tell(f"{NAME}: {work.kind}: {work.ratio:.2f}x")
    return works


def _measure(kind, shells, found):
    """Have both sides do ``kind`` in turns; add what each time took to what was ``found``."""
    turns = list(shells.items())
    for _side, shell in turns * 2:
        shell.ask(kind)  # warms up
    for _ in range(_TIMES_OF.get(kind, _TIMES)):
        for side, shell in turns:
            found[kind, side].append(shell.ask(kind))
        turns.reverse()


def totals(works):
    """What the rows that matter compare: for each group the kind that the addon slows most."""
    for group in KINDS:
        if of_group := [work for work in works if work.group == group]:
            worst = max(work.ratio for work in of_group)
            cell = SimpleNamespace(name=group)
            yield SimpleNamespace(scenario=NAME, cell=cell, missing="", ratio=worst)


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

    def ask(self, kind):
        """``[milliseconds, statements]`` of doing ``kind`` once."""
        self.commands.write(f"{json.dumps(kind)}\n")
        self.commands.flush()
        return self._answer()

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise RuntimeError("the shell has ended, see the bench's log")
