"""What is measured, and with what: a declaration; nothing here runs anything.

A scenario has a database of its own, with orders of one shape, and several cells: one cell is one
figure of the table.
"""

from dataclasses import dataclass, replace

#: Fields of the account that a mode needs.
NEEDS = {
    "immediate": (),
    "default": ("settlement", "background_after"),
    "background": ("settlement",),
}


@dataclass(frozen=True)
class Cell:
    """One figure: so many requests of a kind, from so many clients at once."""

    what: str  # "empty", "json2", a mode of ours: "immediate", "default", "background"; or a screen
    clients: int
    count: int  # requests; orders as well, unless the kind says otherwise
    kind: str = "fresh"  # or "duplicates", "repeats", "memory", "screen"
    crons: int = 0  # cron workers of the server
    part: int = 0  # the round that it is measured in

    @property
    def name(self):
        kind = "" if self.kind == "fresh" else f"-{self.kind}"
        return f"{self.what}{kind}-{self.clients}"

    @property
    def orders_name(self):
        """What its own orders are called: those of each round have other names."""
        return f"{self.name}-{self.part}"

    @property
    def needs(self):
        return NEEDS.get(self.what, ())

    @property
    def orders(self):
        """How many orders it takes."""
        if self.what == "empty" or self.kind == "screen":
            return 0
        if self.kind == "duplicates":
            return max(self.count // DUPLICATES, 1)
        if self.kind == "repeats":
            return REPEATED
        if self.kind == "memory":
            return self.count // MEMORY_REPEATS
        return self.count


@dataclass(frozen=True)
class Scenario:
    """Cells that share a database and the shape of its orders."""

    name: str
    group: str  # what --only calls it
    title: str
    cells: tuple
    products: int = 1
    lines: int = 2
    steps: int = 1
    size: int = 0  # orders and receipts to fill the database up to
    rounds: int = 1  # the cells are measured in turns, so that a slow minute slows all of them

    def rounds_of_cells(self):
        """The cells of each round, each with its share of the requests."""
        return [
            [replace(cell, part=part, count=-(-cell.count // self.rounds)) for cell in self.cells]
            for part in range(self.rounds)
        ]

    def quick(self):
        """The same, much smaller: it shows that everything works, and no figures to rely on."""
        cells = tuple(replace(cell, count=_fewer(cell)) for cell in self.cells)
        return replace(self, cells=cells, size=min(self.size, QUICK_SIZE), rounds=1)


DUPLICATES = 100  # deliveries of one request
REPEATED = 50  # settled requests that are repeated
MEMORY_REPEATS = 10  # of so many requests, one is new
WARM_UP = 16  # orders with which the workers are warmed up for a cell
QUICK_SIZE = 100_000

_WORKLOAD = (
    Cell("json2", 16, 160),
    Cell("immediate", 16, 160),
    Cell("background", 16, 400, crons=1),
)
_SIZE = (
    Cell("immediate", 1, 60),
    Cell("immediate", 16, 200),
    Cell("immediate", 16, 1000, kind="repeats"),
    Cell("receipts", 1, 30, kind="screen"),
    Cell("dashboard", 1, 30, kind="screen"),
    Cell("health", 1, 30, kind="screen"),
)

SCENARIOS = (
    Scenario(
        "clients",
        "clients",
        "one product, two lines an order, one step",
        rounds=3,
        cells=(
            Cell("empty", 1, 1200),
            Cell("empty", 4, 1800),
            Cell("empty", 16, 3000),
            Cell("json2", 1, 105),
            Cell("json2", 4, 120),
            Cell("json2", 16, 330),
            Cell("immediate", 1, 105),
            Cell("immediate", 4, 150),
            Cell("immediate", 16, 390),
            Cell("default", 1, 90, crons=1),
            Cell("default", 4, 180, crons=1),
            Cell("default", 16, 900, crons=1),
            Cell("background", 1, 150, crons=1),
            Cell("background", 4, 300, crons=1),
            Cell("background", 16, 1200, crons=1),
        ),
    ),
    Scenario(
        "products",
        "products",
        "a hundred products, two lines an order, one step",
        rounds=3,
        cells=(
            Cell("json2", 16, 300),
            Cell("immediate", 16, 300),
            Cell("default", 16, 450, crons=2),
            Cell("background", 16, 1200, crons=2),
        ),
        products=100,
    ),
    Scenario("one-line", "lines", "one product, one line an order", _WORKLOAD, lines=1),
    Scenario(
        "twenty-lines",
        "lines",
        "one product, twenty lines an order",
        tuple(replace(cell, count=cell.count // 4) for cell in _WORKLOAD),
        lines=20,
    ),
    Scenario("three-steps", "steps", "one product, pick, pack and ship", _WORKLOAD, steps=3),
    Scenario(
        "again",
        "repeats",
        "requests that come more than once",
        (
            Cell("empty", 16, 3000),
            Cell("immediate", 16, 500, kind="duplicates"),
            Cell("immediate", 16, 3000, kind="repeats"),
        ),
    ),
    Scenario("size-1000", "sizes", "1,000 orders and receipts", _SIZE, size=1_000),
    Scenario("size-100000", "sizes", "100,000 orders and receipts", _SIZE, size=100_000),
    Scenario("size-1000000", "sizes", "1,000,000 orders and receipts", _SIZE, size=1_000_000),
    Scenario(
        "memory",
        "memory",
        "10,000 requests, one of ten new",
        (Cell("immediate", 16, 10_000, kind="memory"),),
    ),
)
GROUPS = tuple(dict.fromkeys(scenario.group for scenario in SCENARIOS))


def _fewer(cell):
    if cell.kind == "duplicates":
        return 2 * DUPLICATES
    return max(cell.count // 10, 3 * cell.clients, 20)


def select(only=(), quick=False):
    """The scenarios of the groups ``only`` (all, if none is named).

    :param quick: small ones; the largest sizes of databases are left out
    """
    chosen = [scenario for scenario in SCENARIOS if not only or scenario.group in only]
    if quick:
        return [scenario.quick() for scenario in chosen if scenario.size <= QUICK_SIZE]
    return chosen
