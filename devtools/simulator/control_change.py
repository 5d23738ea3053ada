"""How do tests and the page have orders changed? JSON under ``/control``."""

from flask import Blueprint, jsonify

from . import change_call, changes, verdicts
from .control import given, only_json
from .orders import FULFILLMENT
from .refusal import Refusal
from .wire import marketplace

MOST_CALLS = 50
ORDER = "/orders/<order_id>/changes"
BODY = {"reason": str, "remove": (dict, list), "replace": list, "add": (dict, list)}

blueprint = Blueprint("control_change", __name__, url_prefix="/control")
blueprint.before_request(only_json)


@blueprint.post(ORDER)
def add_change(order_id):
    """The shopper or the marketplace changes an order: ``reason``, ``remove``, ``replace``,
    ``add``, as in "Create order modifications"; ``more`` (further members of the body), ``by``,
    ``any_state``, ``silently``, ``uncalled`` (the seller is not called about it yet)."""
    values = given(**BODY, more=dict, by=str, any_state=bool, silently=bool, uncalled=bool)
    body = {name: values.pop(name) for name in BODY if name in values}
    body = {"reason": "Changed my mind", **body, **values.pop("more", {})}
    is_called = not values.pop("uncalled", False)
    if values.get("by", changes.SHOPPER) not in changes.WISHES:
        raise Refusal(400, "bad-value", f"by is one of {', '.join(changes.WISHES)}")
    here = marketplace()
    change = here.store.change(order_id, body, **values)
    order, exchanges = here.store.get(order_id), []
    if order.domain != FULFILLMENT and is_called:
        exchanges = change_call.call_often(here, order, change)
    return jsonify(_told(change, exchanges)), 201


@blueprint.post(f"{ORDER}/calls")
def call_about_change(order_id):
    """Call the seller, whatever it has answered: ``change`` (default: the last one), ``agreement``
    (default: the one that is awaited), ``times`` at the same time."""
    values = given(change=str, agreement=str, times=int)
    if values.get("agreement", changes.CONFIRMATION) not in changes.AGREEMENTS:
        raise Refusal(400, "bad-value", f"agreement is one of {', '.join(changes.AGREEMENTS)}")
    if not 1 <= values.get("times", 1) <= MOST_CALLS:
        raise Refusal(400, "bad-value", f"times is from 1 to {MOST_CALLS}")
    order, change = _find(order_id, values.pop("change", None))
    exchanges = change_call.call_often(marketplace(), order, change, **values)
    return jsonify(_told(change, exchanges))


@blueprint.post(f"{ORDER}/withdraw")
def withdraw_change(order_id):
    """The marketplace takes a change back: ``change`` (default: the last one), ``reason``."""
    values = given(change=str, reason=str)
    _order, change = _find(order_id, values.get("change"))
    reason = values.get("reason", "No longer wanted")
    marketplace().store.withdraw(order_id, change.id, reason, changes.MARKETPLACE)
    return jsonify(_told(change, []))


def _find(order_id, change_id):
    store = marketplace().store
    if change_id:
        return store.find_change(order_id, change_id)
    order = store.get(order_id)
    if not order.changes:
        raise Refusal(404, "change-not-found", f"The order {order_id} has no change.")
    return order, order.changes[-1]


def _told(change, exchanges):
    return {**change.to_dict(), **verdicts.count(exchanges), "exchanges": exchanges}


@blueprint.post("/comparison")
def compare():
    """Do both sides agree on what is left? ``orders`` says what the seller has: by order, and by
    ``uniqueId`` or SKU, so many pieces. Tells of each order that differs in what."""
    told = given(orders=dict).get("orders", {})
    if not all(isinstance(lines, dict) for lines in told.values()):
        raise Refusal(400, "bad-value", "orders is {ID: {uniqueId or SKU: quantity}}")
    found = {}
    for order_id, lines in told.items():
        with marketplace().store.reading(order_id) as order:
            found[order_id] = verdicts.differences(order, lines)
    return jsonify({order_id: words for order_id, words in found.items() if words})
