"""Which invoices does the marketplace take? What a body holds, and whether it fits its order.

Source: VTEX's OpenAPI documents, "Send invoice" (External Seller Marketplace) and "Order invoice
notification" (Orders API). What a number may not hold is in its known issues 1302085 and 953285:
the addresses for tracking cannot carry it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from .refusal import Refusal, text_field

OUTPUT, INPUT = "Output", "Input"
_NOT_IN_AN_ADDRESS = re.compile(r"[/\\?#%]")
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:[0-5]\d([.,]\d{1,7})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?"
)
_DIGITS = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Line:
    """So many pieces of an item; the price of each is in cents."""

    id: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Invoice:
    """An invoice (Output) or a return invoice (Input) as the seller sends it.

    :param value: what is billed, or paid back, in cents: the lines, freight and fees
    """

    type: str
    number: str
    value: int
    lines: tuple[Line, ...]

    @property
    def quantities(self):
        """Pieces by item ID."""
        counts = Counter()
        for line in self.lines:
            counts[line.id] += line.quantity
        return counts

    def to_dict(self):
        return {
            "type": self.type,
            "invoiceNumber": self.number,
            "items": dict(self.quantities),
            "value": self.value,
        }


def parse(data):
    """The :class:`Invoice` that a body describes.

    :raise Refusal: if it has not the form that the documents give
    """
    kind, number = text_field(data, "type"), text_field(data, "invoiceNumber")
    if kind not in (OUTPUT, INPUT):
        raise _bad("type is Output or Input.")
    _check_number(number)
    _check_date(text_field(data, "issuanceDate"))
    _check_tracking(data)
    lines, value = _lines(data.get("items")), _value(data.get("invoiceValue"))
    if sum(line.quantity * line.price for line in lines) > value:
        raise _bad("The items come to more than invoiceValue.")
    if kind == INPUT and len({line.id for line in lines}) < len(lines):
        # Stricter than VTEX, which takes it and pays nothing back (known issue 1198829).
        raise _bad("A return invoice has each item once, or nothing is paid back.")
    return Invoice(kind, number, value, lines)


def fit(order, invoice):
    """:raise Refusal: if ``invoice`` has more than is left of ``order``"""
    left = order.open_quantities(invoice.type)
    for item_id, quantity in invoice.quantities.items():
        if item_id not in left:
            raise _bad(f"The order has no item {item_id}.")
        if quantity > left[item_id]:
            raise _bad(f"Of item {item_id} only {left[item_id]} are left.")
    value = order.open_value(invoice.type)
    if invoice.value > value:
        raise _bad(f"invoiceValue is {invoice.value}, but only {value} is left of the order.")


def _bad(message):
    return Refusal(400, "bad-value", message)


def _check_number(number):
    if _NOT_IN_AN_ADDRESS.search(number) or not number.isprintable():
        raise _bad("invoiceNumber holds a slash, or what else no address can carry.")
    if not (number[0].isalnum() and number[-1].isalnum()):
        raise _bad("invoiceNumber begins and ends with a letter or a digit.")


def _check_date(date):
    """ISO 8601, with a time."""
    found = _DATE.fullmatch(date)
    try:
        datetime.fromisoformat(found[1] if found else "")
    except ValueError:
        raise _bad("issuanceDate is a date with a time (ISO 8601).") from None


def _check_tracking(data):
    for name in ("courier", "trackingNumber", "trackingUrl"):
        if not isinstance(data.get(name) or "", str):
            raise _bad(f"{name} is a string.")
    if (url := data.get("trackingUrl")) and not _is_web_address(url):
        raise _bad("trackingUrl is an http or https address.")


def _is_web_address(url):
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        return False


def _value(value):
    """Cents: a number, or its digits (the two documents differ)."""
    if value is None:
        raise Refusal(400, "missing-field", "invoiceValue is mandatory.")
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not _is_whole(value) or value <= 0:
        raise _bad("invoiceValue is a whole number of cents from 1.")
    return value


def _lines(items):
    if not isinstance(items, list) or not items:
        raise Refusal(400, "missing-field", "items is mandatory: a list of objects.")
    return tuple(map(_line, items))


def _line(item):
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise _bad("Each item has an id, a string.")
    quantity, price = item.get("quantity"), item.get("price")
    if not _is_whole(quantity) or quantity < 1:
        raise _bad("Each item has a quantity, a whole number from 1.")
    if not _is_whole(price) or price < 0:
        raise _bad("Each item has a price, a whole number of cents.")
    return Line(item["id"], quantity, price)


def _is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)
