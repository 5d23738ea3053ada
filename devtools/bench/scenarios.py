"""What is measured, and with what: a declaration; nothing here runs anything.

A scenario has a database of its own, with orders of one shape, and several cells: one cell is one
figure of the table.
"""

from dataclasses import dataclass, replace

DUPLICATES = 100  # deliveries of one request
REPEATED = 50  # settled requests that are repeated
MEMORY_REPEATS = 10  # of so many requests, one is new
WARM_UP = 16  # orders with which the workers are warmed up for a cell
QUICK_SIZE = 20_000


@dataclass(frozen=True)
class Cell:
    """One figure: so many requests of a kind, from so many clients at once."""

    what: str  # "empty", "json2", a mode of ours: "immediate", "default", "background"; or a screen
    clients: int
    count: int  # requests; orders as well, unless the kind says otherwise
    kind: str = "fresh"  # or "duplicates", "repeats", "memory", "screen", "beside", "lifted", …
    crons: int = 0  # cron workers of each server
    hosts: int = 0  # Odoo servers, each with a core of its own; 0: one that has all cores
    memory_of: str = ""  # "HTTP" or "cron" workers, before and after
    part: int = 0  # the round that it is measured in

    @property
    def name(self):
        kind = "" if self.kind == "fresh" else f"-{self.kind}"
        hosts = f"-on-{self.hosts}" if self.hosts else ""
        return f"{self.what}{kind}-{self.clients}{hosts}"

    @property
    def orders_name(self):
        """What its own orders are called: those of each round have other names."""
        return f"{self.name}-{self.part}"

    @property
    def orders(self):
        """How many orders it takes."""
        if self.what in ("empty", "idle") or self.kind in ("screen", "quota"):
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
    warm_up: int = WARM_UP  # orders, if the addon cancels them
    own_orders: int = 0  # open orders of no marketplace, of the same products

    def rounds_of_cells(self):
        """The cells of each round, each with its share of the requests."""
        return [
            [
                replace(cell, part=cell.part + part, count=-(-cell.count // self.rounds))
                for cell in self.cells
            ]
            for part in range(self.rounds)
        ]

    def quick(self):
        """The same, much smaller: it shows that everything works, and no figures to rely on."""
        cells = tuple(replace(cell, count=_fewer(cell)) for cell in self.cells)
        return replace(
            self,
            cells=cells,
            size=min(self.size, QUICK_SIZE),
            rounds=1,
            warm_up=min(self.warm_up, 10 * WARM_UP),
            own_orders=self.own_orders // 5,
        )


_WORKLOAD = (Cell("json2", 16, 96), Cell("default", 16, 320, crons=1))
_SIZE = (
    Cell("immediate", 16, 300),
    Cell("immediate", 16, 600, kind="repeats"),
    Cell("receipts", 1, 30, kind="screen"),
    Cell("dashboard", 1, 30, kind="screen"),
    Cell("health", 1, 30, kind="screen"),
)
_SMALL = Scenario("size-1000", "sizes", "1,000 orders and receipts", _SIZE, size=1_000)

SCENARIOS = (
    Scenario(
        "clients",
        "clients",
        "one product, two lines an order, one step",
        rounds=3,
        cells=(
            Cell("empty", 1, 900),
            Cell("empty", 16, 3000),
            Cell("json2", 1, 105),
            Cell("json2", 16, 480),
            Cell("immediate", 16, 150),
            Cell("default", 1, 120, crons=1),
            Cell("default", 16, 2400, crons=1),
            Cell("background", 16, 2400, crons=1),
        ),
    ),
    Scenario(
        "products",
        "products",
        "a hundred products, two lines an order, one step",
        rounds=3,
        cells=(
            Cell("json2", 16, 480),
            Cell("default", 16, 2400, crons=2),
            Cell("background", 16, 2400, crons=2),
        ),
        products=100,
    ),
    Scenario("one-line", "lines", "one product, one line an order", _WORKLOAD, lines=1),
    Scenario(
        "twenty-lines",
        "lines",
        "one product, twenty lines an order",
        tuple(replace(cell, count=cell.count // 3) for cell in _WORKLOAD),
        lines=20,
    ),
    Scenario("three-steps", "steps", "one product, pick, pack and ship", _WORKLOAD, steps=3),
    Scenario(
        "people",
        "people",
        "people at work while orders of the same twenty products are cancelled",
        (
            Cell("idle", 0, 80, kind="beside", crons=2),
            Cell("json2", 16, 3000, kind="beside", crons=2),
            Cell("default", 16, 10_000, kind="beside", crons=2),
        ),
        products=20,
        own_orders=4000,
    ),
    Scenario(
        "called-off",
        "called-off",
        "a sale of twenty products is called off, two lines an order",
        (
            Cell("json2", 16, 900, crons=2),  # before and after: minutes differ
            Cell("default", 16, 10_000, crons=2, memory_of="cron"),
            Cell("json2", 16, 900, crons=2, part=1),
        ),
        products=20,
        warm_up=1000,
    ),
    Scenario(
        "hosts",
        "hosts",
        "the same, by hosts with one core each",
        rounds=3,
        cells=(
            Cell("default", 16, 2400, crons=2, hosts=1),
            Cell("default", 16, 2400, crons=2, hosts=2),
        ),
        products=20,
        warm_up=300,
    ),
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
    _SMALL,  # before and after, as above
    Scenario("size-1000000", "sizes", "1,000,000 orders and receipts", _SIZE, size=1_000_000),
    _SMALL,
    Scenario(
        "memory",
        "memory",
        "10,000 requests, one of ten new",
        (Cell("immediate", 16, 10_000, kind="memory", memory_of="HTTP"),),
    ),
    Scenario(
        "reconcile",
        "reconcile",
        "100,000 open orders are compared with their marketplace",
        (
            Cell("compare", 1, 100_000, kind="lifted", crons=2),
            Cell("compare", 1, 600, kind="quota", crons=2),
        ),
        lines=1,
        warm_up=0,
    ),
)
GROUPS = tuple(dict.fromkeys(scenario.group for scenario in SCENARIOS))


def _fewer(cell):
    if cell.kind == "duplicates":
        return 2 * DUPLICATES
    if cell.kind == "repeats":  # each as often
        return REPEATED * max(cell.count // 10 // REPEATED, 1)
    return max(cell.count // 10, 3 * cell.clients, 20)


def select(only=(), quick=False):
    """The scenarios of the groups ``only`` (all, if none is named).

    :param quick: small ones
    """
    chosen = [scenario for scenario in SCENARIOS if not only or scenario.group in only]
    return [scenario.quick() for scenario in chosen] if quick else chosen
