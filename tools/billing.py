"""What is left to credit of what was invoiced: plain arithmetic, without the ORM.

An invoice may bill several orders, an order may be on several invoices, a part may be credited
already. So nothing is said of invoices as a whole, but of each of their lines
(``tests/tools/test_billing.py`` is the table).
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

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
    """

    quantities: dict[Hashable, float]
    unclear: frozenset[Hashable]
    amounts: dict[Hashable, int] = field(default_factory=dict)


def is_same_quantity(one: float, other: float) -> bool:
    """Whether two quantities are the same, but for what is left over from converting units."""
    return abs(one - other) < _NEGLIGIBLE


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
    even = {group for group in odd if _is_even(group, invoiced, credited)}
    quantities = {
        line.key: left[line.key]
        for line in invoiced
        if not is_same_quantity(left[line.key], 0)
        and line.invoice not in settled
        and line.group not in odd
    }
    return Left(quantities, frozenset(odd - even), {key: round(amounts[key]) for key in quantities})


def _fits(credit: BilledLine, line: BilledLine) -> bool:
    return (credit.group, credit.terms) == (line.group, line.terms)


def _common(one: float, other: float) -> float:
    """What two quantities of the same sign have in common, 0 for others."""
    if one * other <= 0:
        return 0.0
    return min(one, other, key=abs)


def _is_even(
    group: Hashable, invoiced: Iterable[BilledLine], credited: Iterable[BilledLine]
) -> bool:
    """Whether as much money was credited as was invoiced, in other quantities or at other prices.

    :param group: the group that is asked about
    """
    money: Counter[Hashable] = Counter()
    for line in invoiced:
        if line.group == group:
            money[line.currency] += line.amount
    for credit in credited:
        if credit.group == group:
            money[credit.currency] -= credit.amount
    return not any(money.values())
