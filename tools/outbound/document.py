"""An invoice as the marketplace takes it: whole pieces and whole cents that add up.

Plain arithmetic, without the ORM (``tests/tools/test_outbound_amounts.py`` is the table). Amounts
are in hundredths of the currency, whatever its own decimals are: that is how VTEX counts (OpenAPI,
"Order invoice notification": 24.99 is sent as 2499), and so 1,000 pesos are 100000.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: An entry of the document's items.
Item = dict[str, str | int]

#: What of a document counts.
_TOLD = ("invoiceNumber", "invoiceValue", "items")
#: A quantity closer to a whole number than this is one: units of measure leave remainders.
_NEGLIGIBLE = Decimal("1e-6")


@dataclass(frozen=True)
class Part:
    """What a line of an invoice says of the marketplace's order.

    :param amount: in hundredths, taxes included, with the sign of what is billed
    :param sku: of an item of that order; None for what is no item of it: freight, fees, discounts
    :param quantity: of the item, in pieces as the marketplace counts them
    :param name: of the line, for people
    """

    amount: int
    sku: str | None = None
    quantity: Decimal = Decimal(0)
    name: str = ""


class Unsendable(Exception):
    """The marketplace cannot take this.

    :param reason: ``value`` (not above zero), ``items`` (none), ``quantity`` (of ``name``: no whole
        number of pieces), ``credited`` (nothing is left); see ``texts.py`` for all
    :param name: what it is about, for people; of an addon's own reason the sentence itself
    """

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name


def hundredths(amount: float | Decimal) -> int:
    """``amount`` of a currency in hundredths, half a one rounded up: 0.125 is 13."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def compose(
    parts: Iterable[Part], rounding: int = 0, *, is_return: bool = False
) -> tuple[int, list[Item]]:
    """The value and the items of an invoice.

    Freight and fees are in the value and no items; a discount lowers what the items cost, so that
    quantities times prices and charges are the value, to the cent. What 7 pieces cost together may
    be no multiple of 7: then an item is sent in two entries whose prices differ by a cent.

    Not so in a return: VTEX gives nothing back for one that has a SKU twice (known issue 1198829).
    It gives back the value; quantities times prices may be a few cents less, and never more.

    :param rounding: what rounding has added to the whole invoice: of taxes, and of small coins
    :param is_return: whether it takes back what was sold
    :raise Unsendable: if the marketplace cannot take it
    """
    parts = list(parts)
    pieces: defaultdict[str, Decimal] = defaultdict(Decimal)
    amounts: defaultdict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for part in parts:
        if part.sku is not None:
            pieces[part.sku] += part.quantity
            amounts[part.sku] += part.amount
            names.setdefault(part.sku, part.name)
    counts = {sku: _whole(quantity, names[sku]) for sku, quantity in pieces.items()}
    skus = [sku for sku, count in counts.items() if count]
    value = sum(part.amount for part in parts) + rounding
    if value <= 0:
        raise Unsendable("negative" if value else "value")
    if not skus:
        raise Unsendable("items")
    charges = sum(part.amount for part in parts if part.sku is None and part.amount > 0)
    charges = min(charges, value)
    shares = _share(value - charges, [amounts[sku] for sku in skus])
    items: list[Item] = []
    for sku, amount in zip(skus, shares, strict=True):
        if is_return:
            items.append(_entry(sku, counts[sku], amount))
        else:
            items += _entries(sku, counts[sku], amount)
    return value, items


def pieces_of_combo(shares: Iterable[float], ordered: float, name: str) -> Decimal:
    """How many pieces of a combo are billed by bills of its components.

    :param shares: of each component, what is billed in relation to what was ordered
    :param ordered: pieces of the combo
    :param name: of the combo, for people
    :raise Unsendable: if more of one component than of another is billed
    """
    pieces = {round(share * ordered, 6) for share in shares}
    if len(pieces) != 1:
        raise Unsendable("quantity", name)
    return Decimal(str(pieces.pop()))


def _whole(quantity: Decimal, name: str) -> int:
    count = quantity.quantize(Decimal(1), ROUND_HALF_UP)
    if abs(quantity - count) > _NEGLIGIBLE or count < 0:
        raise Unsendable("quantity", name)
    return int(count)


def _share(total: int, weights: list[int]) -> list[int]:
    """Parts of ``total`` in proportion to ``weights``; what is left over goes to the largest rests.

    :param total: at least 0
    """
    weights = [max(weight, 0) for weight in weights]
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda index: rests[index], reverse=True)
    for index in by_rest[: total - sum(parts)]:
        parts[index] += 1
    return parts


def _entries(sku: str, count: int, amount: int) -> list[Item]:
    """``count`` pieces that cost ``amount`` together."""
    price, dearer = divmod(amount, count)
    entries = [(count - dearer, price), (dearer, price + 1)]
    return [{"id": sku, "quantity": pieces, "price": each} for pieces, each in entries if pieces]


def _entry(sku: str, count: int, amount: int) -> Item:
    """``count`` pieces that cost ``amount`` together, or less by a few cents, never more."""
    return {"id": sku, "quantity": count, "price": amount // count}


def says_the_same(sent: Mapping[str, object], document: Mapping[str, object]) -> bool:
    """Whether the marketplace would learn nothing new from ``document``: its parcel may change."""
    return all(sent.get(key) == document.get(key) for key in _TOLD)


def plain_number(number: str) -> str:
    """``number`` as it can stand in an address: ``INV/2026/00001`` is ``INV-2026-00001``.

    VTEX's calls for tracking have it there, where a slash leads elsewhere, and signs at its ends
    keep an order from being invoiced (known issues 1302085 and 953285).
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", number).strip("-")


def digits_of(number: str) -> str:
    """The digits of ``number``: of ``INV/2026/00001`` they are ``202600001``."""
    return re.sub(r"[^0-9]+", "", number)


def is_plain(number: str) -> bool:
    """Whether the marketplace's calls for tracking can carry ``number``."""
    return bool(number) and number == plain_number(number)
