"""Which orders are in a list? Those that the index knows, by state and day, a page at a time.

Source: VTEX's OpenAPI document "Orders API", "List orders": 15 orders a page, up to 100, and 30
pages; only what is indexed, which takes some minutes. Other filters are ignored.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

from .documents import order_line
from .refusal import Refusal

PER_PAGE, MOST_PER_PAGE, MOST_PAGES = 15, 100, 30
_RANGE = re.compile(r"creationDate:\[(\S+) TO (\S+)\]", re.I)


@dataclass(frozen=True)
class Query:
    """What is asked for.

    :param statuses: empty: any
    :param created: the first and the last moment, or None
    """

    statuses: frozenset
    created: tuple | None
    page: int
    per_page: int

    @classmethod
    def of(cls, arguments):
        """:raise Refusal: if the query makes no sense"""
        statuses = filter(None, arguments.get("f_status", "").split(","))
        return cls(
            frozenset(statuses),
            _range(arguments.get("f_creationDate")),
            _number(arguments, "page", 1, MOST_PAGES),
            _number(arguments, "per_page", PER_PAGE, MOST_PER_PAGE),
        )

    def wants(self, order, status):
        if self.statuses and status not in self.statuses:
            return False
        return not self.created or self.created[0] <= _moment(order.created) <= self.created[1]


def listed(orders, query, indexed_until):
    """The answer to ``GET /api/oms/pvt/orders``.

    :param orders: all, the newest first
    :param indexed_until: on the marketplace's own clock: what came later is not in the index
    """
    known = ((order, _indexed(order, indexed_until)) for order in orders)
    found = [pair for pair in known if pair[1] and query.wants(*pair)]
    begin = (query.page - 1) * query.per_page
    return {
        "list": [order_line(*pair) for pair in found[begin : begin + query.per_page]],
        "facets": [],
        "paging": {
            "total": len(found),
            "pages": -(-len(found) // query.per_page),
            "currentPage": query.page,
            "perPage": query.per_page,
        },
    }


def _indexed(order, until):
    """What the index says that the order is; None if it does not know it yet."""
    return next((status for since, status in reversed(order.statuses) if since <= until), None)


def _number(arguments, name, default, highest):
    text = arguments.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= highest):
        raise Refusal(400, "bad-value", f"{name} is a number from 1 to {highest}.")
    return int(text)


def _range(text):
    if not text:
        return None
    found = _RANGE.fullmatch(text)
    try:
        return _moment(found[1]), _moment(found[2])
    except (TypeError, ValueError):
        message = "f_creationDate is creationDate:[FROM TO UNTIL], both in ISO 8601."
        raise Refusal(400, "bad-value", message) from None


def _moment(text):
    """A moment in ISO 8601, with however many fractional digits."""
    text = re.sub(r"\.(\d+)", lambda found: f".{found[1][:6]:0<6}", text)
    moment = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
