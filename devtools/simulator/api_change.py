"""Which calls on changes may a seller make? Its agreements, and VTEX's "Order modifications".

Source: protocol page, "Part of an order: Order modifications". An external seller's agreement goes
to its services endpoint; the other calls, and an agreement as well, below ``order-system``.
"""

from flask import Blueprint, Response, jsonify

from . import changes
from .change_documents import change_document, summary
from .orders import MARKETPLACE
from .refusal import text_field
from .wire import json_object, marketplace, read_object, receive

ORDERS = "/order-system/orders/<order_id>/changes"

blueprint = Blueprint("api_change", __name__, url_prefix="/api")


@blueprint.post("/oms/pvt/orders/<order_id>/changes/<change_id>/send-agreement")
@blueprint.post(f"{ORDERS}/<change_id>/send-agreement")
def send_agreement(order_id, change_id):
    """The seller has acknowledged a change, or has carried it out."""

    def work():
        agreement = text_field(json_object(), "agreementType")
        marketplace().store.agree(order_id, change_id, agreement)
        told = {"orderId": order_id, "changeRequestId": change_id, "agreementType": agreement}
        return told, f"{agreement} taken"

    is_confirmed = read_object().get("agreementType") == changes.CONFIRMATION
    return receive("confirm" if is_confirmed else "acknowledge", order_id, work)


@blueprint.patch(ORDERS)
def create(order_id):
    """The seller's own change; an external seller is called about it like about any other."""

    def work():
        here = marketplace()
        change = here.store.change(order_id, json_object(), changes.SELLER)
        order = here.store.get(order_id)
        change.is_due = order.domain == MARKETPLACE and here.settings.get().own_change == "called"
        response = jsonify(summary(order, change))
        response.status_code = 202
        return response, f"the change is {change.status}"

    return receive("change", order_id, work)


@blueprint.get(ORDERS)
def read_all(order_id):
    """All changes of an order, without their states, as there."""

    def work():
        with marketplace().store.reading(order_id) as order:
            requests = [summary(order, change) for change in order.changes]
        return {"requests": requests, "actions": []}, f"{len(requests)} changes"

    return receive("read-change", order_id, work)


@blueprint.get(f"{ORDERS}/<change_id>")
def read(order_id, change_id):
    """A change, and how far it has got."""

    def work():
        store = marketplace().store
        with store.reading(order_id):
            document = change_document(*store.find_change(order_id, change_id))
        return document, f"the change is {document['status']}"

    return receive("read-change", order_id, work)


@blueprint.post(f"{ORDERS}/<change_id>/cancel")
def withdraw(order_id, change_id):
    """The seller does not carry a change out."""

    def work():
        reason = text_field(json_object(), "reason")
        marketplace().store.withdraw(order_id, change_id, reason)
        return None, f"the change is cancelled: {reason}"

    return receive("withdraw", order_id, work)


@blueprint.post(f"{ORDERS}/<change_id>/retry")
def retry(order_id, change_id):
    """The marketplace tries again what has not been processed."""

    def work():
        marketplace().store.retry(order_id, change_id)
        return Response(status=204), "the seller is called again"

    return receive("retry", order_id, work)
