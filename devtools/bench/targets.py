"""The rows that matter: ratios of figures, what they must reach, and what they aim for."""

from dataclasses import dataclass

UNLESS = "at 16 clients on one product unless said"


@dataclass(frozen=True)
class Target:
    """One ratio, or a time. ``limit`` and ``aim`` are what it must be at least, or at most if not
    ``up``.
    """

    name: str
    limit: float
    aim: float
    up: bool
    of: tuple  # (scenario, cell, value)
    against: tuple  # the same; empty where the time itself counts, in seconds
    percent: bool = False  # told as a growth

    def reached(self, ratio):
        return ratio >= self.limit if self.up else ratio <= self.limit

    def tell(self, ratio):
        """The ratio as the table has it."""
        if self.percent:
            return f"{(ratio - 1) * 100:+.1f} %"
        return f"{ratio:.2f}{self.unit}"

    def tell_limit(self, limit):
        if self.percent:
            return f"{(limit - 1) * 100:+.0f} %"
        return f"{'>=' if self.up else '<='} {limit:g}{self.unit}"

    @property
    def unit(self):
        return "x" if self.against else " s"


_IMMEDIATE = ("clients", "immediate-16")
_JSON2 = ("clients", "json2-16")
_EMPTY = ("clients", "empty-16")

TARGETS = (
    Target(
        "ordinary work on orders of no marketplace: processor time, against without the addon; "
        "of what people do with documents, the one that it slows most",
        1.03, 1.0, False,
        ("ordinary", "with-documents", "milliseconds"),
        ("ordinary", "without-documents", "milliseconds"),
    ),
    Target(
        "the same, of lists and forms",
        1.1, 1.0, False,
        ("ordinary", "with-screens", "milliseconds"),
        ("ordinary", "without-screens", "milliseconds"),
    ),
    Target(
        "immediate alone (no automatic background): rate, against JSON-2",
        2, 3, True, (*_IMMEDIATE, "rate"), (*_JSON2, "rate"),
    ),
    Target(
        "the default settings (immediate, background when the wait grows): orders cancelled per "
        "second, first request to last order cancelled, against JSON-2",
        4, 7, True, ("clients", "default-16", "cancelled_rate"), (*_JSON2, "cancelled_rate"),
    ),
    Target(
        "immediate: p99 of the answer against its own p50",
        2.5, 1.5, False, (*_IMMEDIATE, "p99"), (*_IMMEDIATE, "p50"),
    ),
    Target(
        "immediate, 1 client: time against JSON-2's pair",
        0.8, 0.6, False, ("clients", "immediate-1", "p50"), ("clients", "json2-1", "p50"),
    ),
    Target(
        "background: rate of answers, against the empty POST",
        0.4, 0.7, True, ("clients", "background-16", "rate"), (*_EMPTY, "rate"),
    ),
    Target(
        "background: orders cancelled per second, against JSON-2, one product",
        6, 8, True, ("clients", "background-16", "cancelled_rate"), (*_JSON2, "cancelled_rate"),
    ),
    Target(
        "the same, a hundred products, two cron workers",
        9, 13, True,
        ("products", "background-16", "cancelled_rate"),
        ("products", "json2-16", "cancelled_rate"),
    ),
    Target(
        "answer's p50 at 1,000,000 orders and receipts against 1,000",
        1.2, 1.0, False,
        ("size-1000000", "immediate-16", "p50"), ("size-1000", "immediate-16", "p50"),
    ),
    *(
        Target(
            f"{screen} with 1,000,000 orders and receipts", 1.0, 0.3, False,
            ("size-1000000", f"{cell}-screen-1", "p50"), (),
        )
        for screen, cell in (
            ("the first 80 receipts", "receipts"),
            ("the dashboard of thirty days", "dashboard"),
            ("an account's health", "health"),
        )
    ),
    Target(
        "repeats of a settled request, rate against the empty POST",
        0.5, 0.8, True, ("again", "immediate-repeats-16", "rate"), ("again", "empty-16", "rate"),
    ),
    Target(
        "worker memory after 10,000 requests",
        1.05, 1.0, False,
        ("memory", "immediate-memory-16", "memory_after"),
        ("memory", "immediate-memory-16", "memory_before"),
        percent=True,
    ),
)  # fmt: skip


@dataclass
class Outcome:
    """A target and what came of it: a ratio, or the reason why there is none."""

    target: Target
    ratio: float = 0.0
    missing: str = ""
    of: float = 0.0
    against: float = 0.0

    @property
    def reached(self):
        return not self.missing and self.target.reached(self.ratio)

    @property
    def aimed(self):
        limit, aim = self.target.limit, self.target.aim
        return not self.missing and (self.ratio >= aim if limit < aim else self.ratio <= aim)


def judge(figures):
    """An :class:`Outcome` for every target."""
    by_name = {(figure.scenario, figure.cell.name): figure for figure in figures}
    return [_judge(target, by_name) for target in TARGETS]


def _judge(target, by_name):
    values = []
    for scenario, cell, value in filter(None, (target.of, target.against)):
        figure = by_name.get((scenario, cell))
        if not figure:
            return Outcome(target, missing="not measured in this run")
        if figure.missing:
            return Outcome(target, missing=figure.missing)
        values.append(_value(figure, value))
    if not all(values):
        return Outcome(target, missing="no figure: not every order was cancelled")
    if not target.against:
        values.append(1000)  # milliseconds
    return Outcome(target, ratio=values[0] / values[1], of=values[0], against=values[1])


def _value(figure, name):
    if name.startswith("memory"):  # of the worker whose memory has grown most
        before, after = max(figure.memory, key=lambda worker: worker[1] / worker[0])[:2]
        return (before if name.endswith("before") else after) / 2**20
    return getattr(figure, name)
