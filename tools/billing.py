"""What is left to credit of what was invoiced: plain arithmetic, without the ORM.

An invoice may bill several orders, an order may be on several invoices, a part may be credited
already. So this works on lines, not on invoices as a whole
(``tests/tools/test_billing.py`` is the table).
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

#: Kinds of documents by which a shopper is asked for money.
INVOICES = ("out_invoice", "out_receipt")

#: A quantity below this is what is left over from converting units.
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class BilledLine:
    """A line of a posted invoice, or of a credit note.

    :param key: names the line
    :param group: what it bills or credits, such as an order line
    :param invoice: the invoice that it is on; for a credit the invoice that it credits, or None
    :param terms: price, taxes and the like: what credits a line has the same
    :param quantity: signed: what an invoice deducts, a down payment say, is negative
    :param currency: that of the amount
    :param amount: in the smallest coins of the currency, with the sign of the quantity
    """

    key: Hashable
    group: Hashable
    invoice: Hashable
    terms: Hashable
    quantity: float
    currency: Hashable = None
    amount: int = 0


@dataclass(frozen=True)
class Left:
    """What is left to credit.

    :param quantities: ``{key of a line of an invoice: signed quantity}``
    :param amounts: what these cost, ``{key of a line: amount in the smallest coins}``
    :param unclear: groups of which credit notes exist that fit to no line of an invoice, so that
        nobody can tell what is left
    :param in_part: those of ``unclear`` of which a part of the money was credited, and no more:
        that is enough to know if pieces do not count
    """

    quantities: dict[Hashable, float]
    unclear: frozenset[Hashable]
    amounts: dict[Hashable, int] = field(default_factory=dict)
    in_part: frozenset[Hashable] = frozenset()


def is_same_quantity(one: float, other: float) -> bool:
    """Whether two quantities are the same, but for what is left over from converting units."""
    return abs(one - other) < _NEGLIGIBLE


def is_less(one: float, other: float) -> bool:
    """Whether a quantity is less than another one, by more than :func:`is_same_quantity` allows."""
    return one < other and not is_same_quantity(one, other)


def left_to_credit(
    invoiced: Iterable[BilledLine],
    credited: Iterable[BilledLine],
    settled: frozenset[Hashable] = frozenset(),
) -> Left:
    """Say what of ``invoiced`` none of ``credited`` has credited.

    A credit counts against the invoice that it names first, and then against any other line of the
    same group on the same terms.

    :param settled: invoices that are known to be credited wholly, whatever their credits say
    """
    invoiced, credited = list(invoiced), list(credited)
    left = {line.key: line.quantity for line in invoiced}
    amounts = {line.key: float(line.amount) for line in invoiced}
    spare = {credit.key: credit.quantity for credit in credited}
    for same_invoice in (True, False):
        for credit in credited:
            for line in invoiced:
                if (line.invoice == credit.invoice) is same_invoice and _fits(credit, line):
                    taken = _common(left[line.key], spare[credit.key])
                    left[line.key] -= taken
                    spare[credit.key] -= taken
                    amounts[line.key] -= credit.amount * taken / (credit.quantity or 1)
    odd = {
        credit.group
        for credit in credited
        if not is_same_quantity(spare[credit.key], 0) and credit.invoice not in settled
    }
    money = {group: _money(group, invoiced, credited) for group in odd}
    even = {group for group in odd if not any(rest for _all, rest in money[group])}
    in_part = {group for group in odd - even if all(_is_part(*sums) for sums in money[group])}
    quantities = {
        line.key: left[line.key]
        for line in invoiced
        if not is_same_quantity(left[line.key], 0)
        and line.invoice not in settled
        and line.group not in odd
    }
    coins = {key: round(amounts[key]) for key in quantities}
    return Left(quantities, frozenset(odd - even), coins, frozenset(in_part))


def _fits(credit: BilledLine, line: BilledLine) -> bool:
    return (credit.group, credit.terms) == (line.group, line.terms)


def _common(one: float, other: float) -> float:
    """What two quantities of the same sign have in common, 0 for others."""
    if one * other <= 0:
        return 0.0
    return min(one, other, key=abs)


def _money(
    group: Hashable, invoiced: Iterable[BilledLine], credited: Iterable[BilledLine]
) -> list[tuple[int, int]]:
    """What was invoiced of ``group``, and what credits have left of it, in each currency."""
    everything: Counter[Hashable] = Counter()
    left: Counter[Hashable] = Counter()
    for line in invoiced:
        if line.group == group:
            everything[line.currency] += line.amount
            left[line.currency] += line.amount
    for credit in credited:
        if credit.group == group:
            left[credit.currency] -= credit.amount
    return [(everything[currency], amount) for currency, amount in left.items()]


def _is_part(everything: int, left: int) -> bool:
    """Whether ``left`` is between nothing and ``everything``, which may be negative."""
    return min(everything, 0) <= left <= max(everything, 0)
