"""What a cell came to, and how the figures of several rounds become one."""

from dataclasses import dataclass, field, replace

from . import load


@dataclass
class Figure:
    """What one cell came to; times in milliseconds, rates per second."""

    scenario: str
    cell: object
    orders: int = 0
    rate: float = 0.0
    cancelled_rate: float = 0.0  # orders, first request to last order cancelled
    times: list = field(default_factory=list)  # of each request
    processor: float = 0.0  # seconds of Odoo and PostgreSQL, as with queries
    queries: float = 0.0  # a request; where each is of another order, an order
    failures: int = 0
    astray: float = 0.0  # pieces that stay reserved for orders that are cancelled
    repeated: int = 0
    client_share: float = 0.0  # of one core
    memory: list = field(default_factory=list)  # (RSS before, after, USS before, after)
    quota_used: float = 0.0  # of a marketplace's quota, in the busiest minute
    missing: str = ""  # why there is no figure

    p50 = property(lambda self: self._percentile(50))
    p95 = property(lambda self: self._percentile(95))
    p99 = property(lambda self: self._percentile(99))

    def _percentile(self, percent):
        return load.percentile(self.times, percent) * 1000 if self.times else 0.0

    def take(self, done):
        """Note what a :class:`.load.Load` came to."""
        self.rate, self.times = done.rate, done.times
        self.failures, self.repeated = len(done.failures), done.repeated
        self.client_share = done.client_cpu / (done.end - done.begin)

    def joined_with(self, other):
        """This figure and that of another round as one."""
        if self.missing:
            return self
        return replace(
            other,
            orders=self.orders + other.orders,
            rate=_mean_rate(self, other, "rate"),
            cancelled_rate=_mean_rate(self, other, "cancelled_rate"),
            times=self.times + other.times,
            processor=_mean(self, other, "processor"),
            queries=_mean(self, other, "queries"),
            failures=self.failures + other.failures,
            astray=self.astray + other.astray,
            repeated=self.repeated + other.repeated,
            client_share=_mean(self, other, "client_share"),
        )


def _mean(one, other, name):
    """Of what is told for each request."""
    counts = len(one.times), len(other.times)
    values = getattr(one, name), getattr(other, name)
    return sum(n * value for n, value in zip(counts, values, strict=True)) / sum(counts)


def _mean_rate(one, other, name):
    """All that was done in both by all the time that it took; 0 if one came to nothing."""
    rates = getattr(one, name), getattr(other, name)
    if not all(rates):
        return 0.0
    counts = len(one.times), len(other.times)
    return sum(counts) / sum(n / rate for n, rate in zip(counts, rates, strict=True))
