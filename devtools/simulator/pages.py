"""What does a person see? The page, and the parts of it that change."""

from dataclasses import asdict

from flask import Blueprint, jsonify, render_template, request

from . import changes, faults, settings, states
from .control_hook import hooks_view
from .items import GOODS
from .orders import UNSETTLED
from .views import change_sentence, exchange_view, time_of_day
from .wire import marketplace

blueprint = Blueprint("pages", __name__)

ORDERS_SHOWN = 60
EXCHANGES_SHOWN = 120
#: What each state means, in the order in which an order may get there.
MEANINGS = {
    states.WINDOW_TO_CANCEL: "just paid; the shopper may still change their mind",
    states.READY_FOR_HANDLING: "the seller may begin",
    states.START_HANDLING: "the seller begins",
    states.HANDLING: "the seller is at it; a part of the order may be changed, as in the next two",
    states.WAITING_FOR_FULFILLMENT: "it waits for the seller's goods",
    states.READY_FOR_INVOICING: "the goods are there, the invoice is not",
    states.REQUEST_CANCEL: "the seller was asked to cancel and has not answered yet",
    states.WAITING_FOR_SELLER_DECISION: "the seller has answered that it is deciding",
    states.CANCELLATION_REQUESTED: "the seller's side of the two before",
    states.CANCEL: "being cancelled",
    states.CANCELED: "cancelled, for good",
    states.INVOICE: "invoiced in part: can never be cancelled",
    states.INVOICED: "invoiced: the seller may cancel after a return invoice",
    states.INCOMPLETE: "never completed by the shopper: can never be cancelled",
}
EVENT_NAMES = {
    "close-window": "Close the window",
    "start-handling": "Start handling",
    "handle": "Handle",
    "pass-30-days": "Let 30 days pass",
    "ask-to-cancel": "Ask to cancel, without a call",
    "begin-cancel": "Begin to cancel",
    "finish-cancel": "Finish to cancel",
}


@blueprint.get("/")
def index():
    return render_template(
        "index.html",
        parts=_parts(),
        settings=_settings(),
        keys=marketplace().keys.all(),
        services=f"{request.host_url}api/oms",
        calls=faults.CALLS,
        fault_kinds=faults.KINDS,
        statuses=faults.STATUSES,
        forms=settings.FORMS,
        date_formats=settings.DATE_FORMATS,
        start_states=sorted(states.OPEN | {states.INCOMPLETE}),
        goods=GOODS,
        meanings=MEANINGS,
    )


@blueprint.get("/parts")
def parts():
    """What has changed since the version that the page has: 204 if nothing has."""
    if request.args.get("version", type=int) == marketplace().version.number:
        return "", 204
    return jsonify(_parts())


def _parts():
    """The changing parts as HTML, by the ID of the element that they fill."""
    here = marketplace()
    version = here.version.number  # before reading: rather once too often than once too seldom
    wanted = request.args.get("q", "").strip().lower()
    orders = [
        order
        for order in here.store.read_all()
        if wanted
        in f"{order['orderId']} {order['clientProfileData']['name']} {order['status']}".lower()
    ]
    hooks = hooks_view(here)
    exchanges = here.conversation.read(request.args.get("order") or None)
    return {
        "version": version,
        "settings": _settings(),
        "parts": {
            "orders": render_template(
                "orders.html",
                orders=[_order_view(order) for order in orders[:ORDERS_SHOWN]],
                hidden=len(orders[ORDERS_SHOWN:]),
                wanted=wanted,
            ),
            "conversation": render_template(
                "conversation.html",
                exchanges=[exchange_view(e) for e in exchanges[-EXCHANGES_SHOWN:]],
                hidden=len(exchanges[:-EXCHANGES_SHOWN]),
            ),
            "faults": render_template("faults.html", faults=here.faults.all()),
            "seller": render_template("seller.html", settings=_settings(), **hooks),
            "hook": render_template("hook.html", **hooks, n=here.notifications.to_dict()),
            "quotas": render_template("quotas.html", uses=here.quotas.to_dict()),
        },
    }


def _settings():
    here = marketplace()
    values = asdict(here.settings.get())
    values["has_token"] = bool(values.pop("seller_token"))
    return {**values, "seller_url": here.redaction.url(values["seller_url"])}


def _order_view(order):
    """An order, and what one can do to it now."""
    pair = order["status"], order["sellerStatus"]
    requests = order["cancellationRequests"]
    waits = bool(requests) and requests[-1]["state"] in UNSETTLED
    return {
        **order,
        **_change_view(order),
        "can_cancel": states.permitted("request-cancel", *pair),
        "can_ask_again": bool(requests),
        "waits": waits,
        "window": order["windowToCancelEnds"] and time_of_day(order["windowToCancelEnds"]),
        "can_cancel_at_once": states.permitted("begin-cancel", *pair),
        "events": [(e, EVENT_NAMES[e]) for e in states.BY_HAND if states.permitted(e, *pair)],
    }


def _change_view(order):
    """What can be changed of an order, as pairs of a name and a body, and what has been."""
    lines = [line for line in order["items"] if line["quantity"]]
    is_open = any(change["status"] in changes.OPEN for change in order["changes"])
    return {
        "can_change": order["status"] in states.CHANGEABLE and not is_open and bool(lines),
        "can_take": [
            (f"{number} of {line['quantity']} {line['name']}", _items(line, number))
            for line in lines
            for number in sorted({1, 2, line["quantity"]})
            if number <= line["quantity"]
        ],
        "can_swap": [
            (f"1 {line['name']} for a {name}", [{"from": _items(line, 1), "to": _goods(sku)}])
            for line in lines
            for sku, (name, _price) in GOODS.items()
            if sku != line["id"]
        ],
        "can_add": [(f"1 {name}", _goods(sku)) for sku, (name, _price) in GOODS.items()],
        "changes": [
            {
                **change,
                "is_open": change["status"] in changes.OPEN,
                "what": change_sentence(change["body"]),
            }
            for change in order["changes"]
        ],
    }


def _items(line, quantity):
    return {"items": [{"id": line["id"], "uniqueId": line["uniqueId"], "quantity": quantity}]}


def _goods(sku):
    return {"items": [{"id": sku, "quantity": 1, "price": GOODS[sku][1]}]}
