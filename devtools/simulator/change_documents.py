"""How does VTEX show a change? Alone, in the history of its order, and in the order's document.

Source: VTEX's OpenAPI document "Orders API", "Create order modifications", "Get order modifications
details" and ``changesAttachment`` of "Get order". A change has one ID, and its receipt in the
order's document another one, as there.
"""

from . import changes
from .notifications import ACCOUNT


def change_document(order, change):
    """The answer to ``GET …/changes/{changeRequestId}``."""
    return {
        **summary(order, change),
        "status": change.status,
        "inProgress": change.is_open,
        "logs": list(change.logs),
    }


def summary(order, change):
    """One entry of ``requests``, and the answer to "Create order modifications"."""
    body = change.body
    return {
        "requestId": change.id,
        "workflowId": change.workflow_id,
        "reason": change.reason,
        "manualDiscountValue": body.get("manualDiscountValue") or 0,
        "manualIncrementValue": body.get("manualIncrementValue") or 0,
        "totalChangeValue": change.value,
        "totals": change.totals,
        "add": changes.groups(body.get("add")) or None,
        "remove": changes.groups(body.get("remove")) or None,
        "replace": body.get("replace") or [],
        "date": change.date,
        "origin": {"account": ACCOUNT, "orderId": order.id, "component": "MarketplaceComponent"},
        "settings": body.get("settings"),
    }


def attachment(order):
    """``changesAttachment``: what has been changed, or None."""
    done = [change for change in order.changes if change.status == changes.DONE]
    if not done:
        return None
    return {"id": "changeAttachment", "changesData": [_entry(order, change) for change in done]}


def _entry(order, change):
    return {
        "reason": change.reason,
        "discountValue": max(-change.value, 0),
        "incrementValue": max(change.value, 0),
        "itemsAdded": [_item(order, part) for part in change.given],
        "itemsRemoved": [_item(order, part) for part in change.taken],
        "receipt": {"date": change.date, "orderId": order.id, "receipt": change.receipt},
    }


def _item(order, part):
    line = next(item for item in order.items if item.id == part.sku)
    return {
        "id": part.sku,
        "name": line.name,
        "quantity": part.quantity,
        "price": line.price if part.price is None else part.price,
        "unitMultiplier": None,
    }
