"""The rows that matter: ratios of figures, what they must reach, and what they aim for."""

from dataclasses import dataclass

UNLESS = "at 16 clients on one product unless said"


@dataclass(frozen=True)
class Target:
    """One ratio, time or rate. ``limit`` and ``aim`` are what it must be at least, or at most if
    not ``up``; either may be None.
    """

    name: str
    limit: float | None
    aim: float | None
    up: bool
    of: tuple  # (scenario, cell, value)
    against: tuple  # the same; empty where the value itself counts
    unit: str = "x"  # or "s", of a value in milliseconds; "/s"; "%": told as a growth

    def meets(self, ratio, mark):
        """Whether ``ratio`` is as good as ``mark``."""
        return ratio >= mark if self.up else ratio <= mark

    def tell(self, ratio):
        """The ratio as the table has it."""
        if self.unit == "%":
            return f"{(ratio - 1) * 100:+.1f} %"
        return f"{ratio:.2f}{self.unit}"

    def tell_mark(self, mark):
        """A limit or an aim as the table has it."""
        if mark is None:
            return ""
        if self.unit == "%":
            return f"{(mark - 1) * 100:+.0f} %"
        return f"{'>=' if self.up else '<='} {mark:g}{self.unit}"


_ORDINARY = (
    "ordinary work on orders of no marketplace: processor time, against without the addon; "
    "of what people do with documents, the one that it slows most"
)
_STORM = "while orders of the same goods are cancelled (p95)"


def _people(what, name):
    """The rows on what people do in a storm."""
    measured = ("people", f"{name}-at-default-2", "p95")
    return (
        Target(
            f"{what} {_STORM}: against the same while JSON-2 cancels",
            0.5, None, False, measured, ("people", f"{name}-at-json2-2", "p95"),
        ),
        Target(
            f"{what} {_STORM}: against an idle server",
            None, 1.2, False, measured, ("people", f"{name}-at-idle-2", "p95"),
        ),
    )  # fmt: skip


def _memory(name, scenario, cell):
    return Target(
        name, 1.05, 1.0, False,
        (scenario, cell, "memory_after"), (scenario, cell, "memory_before"), unit="%",
    )  # fmt: skip


def _against_json2(name, limit, aim, scenario, cell):
    return Target(
        f"{name}: cancelled per second, first request to last order, against JSON-2",
        limit, aim, True,
        (scenario, cell, "cancelled_rate"), (scenario, "json2-16", "cancelled_rate"),
    )  # fmt: skip


TARGETS = (
    Target(
        _ORDINARY, 1.03, 1.0, False,
        ("ordinary", "documents", "ratio"), (),
    ),
    Target(
        "the same, of lists and forms", 1.1, 1.0, False,
        ("ordinary", "screens", "ratio"), (),
    ),
    *_people("a list of orders is opened", "list"),
    *_people("a transfer is validated", "validate"),
    _against_json2(
        "a sale is called off (10,000 orders, twenty products, default settings, two cron workers)",
        6, 10, "called-off", "default-16",
    ),
    Target(
        "the same on two hosts with one core each, against one", 1.2, 1.7, True,
        ("hosts", "default-16-on-2", "cancelled_rate"),
        ("hosts", "default-16-on-1", "cancelled_rate"),
    ),
    Target(
        "one cancellation alone (1 client), default settings: p50 of the answer, against JSON-2",
        0.7, 0.5, False, ("clients", "default-1", "p50"), ("clients", "json2-1", "p50"),
    ),
    _against_json2("default settings, one product", 6, 8, "clients", "default-16"),
    _against_json2("default settings, a hundred products", 4, 8, "products", "default-16"),
    _against_json2("background, a hundred products", 6, 10, "products", "background-16"),
    Target(
        "answers in the background: p99 against their own p50",
        2, 1.5, False, ("clients", "background-16", "p99"), ("clients", "background-16", "p50"),
    ),
    Target(
        "repeats of a settled request, rate against the empty POST",
        0.3, 0.6, True, ("again", "immediate-repeats-16", "rate"), ("again", "empty-16", "rate"),
    ),
    _memory("worker memory after 10,000 requests", "memory", "immediate-memory-16"),
    _memory("the jobs' memory after 10,000 orders", "called-off", "default-16"),
    Target(
        "answer's p50 with 1,000,000 receipts against 1,000",
        1.1, 1.0, False,
        ("size-1000000", "immediate-16", "p50"), ("size-1000", "immediate-16", "p50"),
    ),
    *(
        Target(
            f"{screen} with 1,000,000 receipts", 1.0, 0.3, False,
            ("size-1000000", f"{cell}-screen-1", "p50"), (), unit="s",
        )
        for screen, cell in (
            ("the first 80 receipts", "receipts"),
            ("the dashboard of thirty days", "dashboard"),
            ("an account's health", "health"),
        )
    ),
    Target(
        "comparing 100,000 open orders with their marketplace, no quota: orders per second",
        50, 200, True, ("reconcile", "compare-lifted-1", "rate"), (), unit="/s",
    ),
    Target(
        "the same with a quota: the marketplace's calls of its busiest minute, against the quota",
        1.0, 1.0, False, ("reconcile", "compare-quota-1", "quota_used"), (),
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
        return self._meets(self.target.limit)

    @property
    def aimed(self):
        return self.target.aim is not None and self._meets(self.target.aim)

    def _meets(self, mark):
        return not self.missing and (mark is None or self.target.meets(self.ratio, mark))


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
        values.append(1000 if target.unit == "s" else 1)
    return Outcome(target, ratio=values[0] / values[1], of=values[0], against=values[1])


def _value(figure, name):
    if name.startswith("memory"):  # of the worker whose memory has grown most
        if not figure.memory:
            return 0
        before, after = max(figure.memory, key=lambda worker: worker[1] / worker[0])[:2]
        return (before if name.endswith("before") else after) / 2**20
    return getattr(figure, name)
