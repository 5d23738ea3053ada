"""How do tests and the page tell the marketplace what to do? JSON under ``/control``."""

from dataclasses import asdict

from flask import Blueprint, jsonify, request

from . import scenarios, states
from .conversation import FROM_SELLER, TO_SELLER
from .faults import Fault
from .items import Item
from .orders import DOMAINS, MARKETPLACE
from .redaction import HIDDEN
from .refusal import Refusal
from .seller import Manner
from .wire import json_object, marketplace

MOST_ORDERS = 5000  # made at once
HAPPENING = {"event": str, "reason": str, "by_user": bool, "silently": bool}

blueprint = Blueprint("control", __name__, url_prefix="/control")


@blueprint.before_request
def only_json():
    """Forms of other sites cannot send JSON."""
    if request.method in ("POST", "PATCH") and request.mimetype != "application/json":
        raise Refusal(415, "not-json", "Send the body as application/json.")


def given(**types):
    """The fields of the request's body, each of its type; all may be absent."""
    data = json_object() if request.get_data() else {}
    for name, value in data.items():
        if name not in types:
            raise Refusal(400, "bad-value", f"unknown: {name}")
        if types[name] is not bool and isinstance(value, bool):
            raise Refusal(400, "bad-value", f"{name} is of the wrong type")
        if value is not None and not isinstance(value, types[name]):
            raise Refusal(400, "bad-value", f"{name} is of the wrong type")
    return {name: value for name, value in data.items() if value is not None}


# -- Orders ----------------------------------------------------------------------------------


@blueprint.get("/orders")
def list_orders():
    return jsonify(marketplace().store.read_all())


@blueprint.post("/orders")
def add_order():
    """Make an order: ``order_id``, ``group``, ``shopper``, ``items``, ``freight``, ``state``,
    ``window_seconds``, ``seller_order_id``, ``domain``; what is absent is made up. Many at once:
    see :func:`_add_orders`."""
    values = given(
        order_id=str, group=str, shopper=str, items=list, freight=int, state=str,
        window_seconds=(int, float), seller_order_id=str, domain=str, count=int, orders=list,
    )  # fmt: skip
    if values.get("freight", 0) < 0:
        raise Refusal(400, "bad-value", "freight (in cents) is at least 0")
    if values.get("state", states.READY_FOR_HANDLING) not in states.OPEN | {states.INCOMPLETE}:
        words = ", ".join(sorted(states.OPEN | {states.INCOMPLETE}))
        raise Refusal(400, "bad-value", f"state is one of {words}")
    if values.get("domain", MARKETPLACE) not in DOMAINS:
        raise Refusal(400, "bad-value", f"domain is one of {', '.join(DOMAINS)}")
    if not 0 <= values.get("window_seconds", 0) <= 10**7:
        raise Refusal(400, "bad-value", "window_seconds is at least 0")
    if "order_id" in values and not values["order_id"].strip():
        raise Refusal(400, "bad-value", "order_id is empty")
    values["items"] = [Item.from_json(item) for item in values.get("items", [])]
    if "count" in values or "orders" in values:
        return _add_orders(values)
    order = marketplace().store.add(**values)
    return jsonify(marketplace().store.read(order.id)), 201


def _add_orders(values):
    """Many orders that are alike: ``count`` of them, or those with the IDs in ``orders``."""
    count, order_ids = values.pop("count", 0), values.pop("orders", [])
    if not 1 <= count + len(order_ids) <= MOST_ORDERS or count < 0 or "order_id" in values:
        raise Refusal(400, "bad-value", f"1 to {MOST_ORDERS} orders, without order_id")
    added = [
        marketplace().store.add(**values, order_id=order_id)
        for order_id in (*_ids(order_ids), *[None] * count)
    ]
    return jsonify({"orders": [order.id for order in added]}), 201


def _ids(values):
    if not all(isinstance(value, str) and value for value in values):
        raise Refusal(400, "bad-value", "orders is a list of IDs")
    return values


@blueprint.get("/orders/<order_id>")
def read_order(order_id):
    return jsonify(marketplace().store.read(order_id))


@blueprint.post("/orders/<order_id>/events")
def add_event(order_id):
    """Let something happen that no call brings about: ``{"event": "close-window"}``."""
    marketplace().store.happen(order_id, **given(**HAPPENING))
    return jsonify(marketplace().store.read(order_id))


@blueprint.post("/events")
def add_events():
    """The same for several ``orders``: how many it happened to, and why not to the others."""
    values = given(**HAPPENING, orders=list)
    order_ids = _ids(values.pop("orders", []))
    problems = marketplace().store.happen_to_all(order_ids, **values)
    return jsonify({"done": len(order_ids) - len(problems), "problems": problems})


@blueprint.get("/states")
def read_states():
    """What each order is, and what the seller has told, in short: for comparing thousands."""
    return jsonify(marketplace().store.states())


# -- Cancellations ---------------------------------------------------------------------------


@blueprint.post("/cancellations")
def send_cancellations():
    """Call the seller, as often and in the way that the body says."""
    types = {
        "orders": list, "burst": int, "times": int, "at_once": bool, "sequence": str,
        "reason": str, "by_user": bool, "request": str, "any_state": bool,
    }  # fmt: skip
    how = {"body": str, "path": str, "credentials": str, "form": str, "legacy_query": bool}
    values = given(**types, **how, background=bool)
    background = values.pop("background", False)
    _ids(values.get("orders", []))
    manner = Manner(**{name: values.pop(name) for name in how if name in values})
    job = scenarios.start(marketplace(), scenarios.Plan(**values, manner=manner), background)
    return jsonify(job.to_dict()), 202 if background else 200


@blueprint.get("/jobs/<job_id>")
def read_job(job_id):
    """How far a run in the background has got."""
    job = marketplace().jobs.get(job_id)
    if not job:
        raise Refusal(404, "job-not-found", f"There is no job {job_id}.")
    return jsonify(job.to_dict())


# -- Faults ----------------------------------------------------------------------------------


@blueprint.get("/faults")
def list_faults():
    return jsonify(marketplace().faults.all())


@blueprint.post("/faults")
def add_fault():
    """Fields: those of :class:`.faults.Fault`."""
    fault = Fault.from_json(json_object())
    return jsonify(marketplace().faults.add(fault).to_dict()), 201


@blueprint.delete("/faults", defaults={"fault_id": None})
@blueprint.delete("/faults/<int:fault_id>")
def clear_faults(fault_id):
    marketplace().faults.clear(fault_id)
    return "", 204


# -- The rest --------------------------------------------------------------------------------


@blueprint.get("/conversation")
def read_conversation():
    """Filters: ``?order=ID``, ``?direction=to-seller|from-seller``, ``?after=EXCHANGE``."""
    direction = request.args.get("direction")
    if direction not in (None, TO_SELLER, FROM_SELLER):
        raise Refusal(400, "bad-value", f"direction is {TO_SELLER} or {FROM_SELLER}")
    after = request.args.get("after", 0, int)
    exchanges = marketplace().conversation.read(request.args.get("order"), after)
    return jsonify([e for e in exchanges if direction in (None, e["direction"])])


@blueprint.delete("/conversation")
def clear_conversation():
    marketplace().conversation.clear()
    return "", 204


@blueprint.get("/settings")
def read_settings():
    """The settings; the token is not shown."""
    here = marketplace()
    values = asdict(here.settings.get())
    values["seller_url"] = here.redaction.url(values["seller_url"])
    values["seller_token"] = HIDDEN if values["seller_token"] else ""
    return jsonify(values)


@blueprint.patch("/settings")
def change_settings():
    marketplace().clock.now()  # what has passed, has at the old speed
    marketplace().settings.change(json_object())
    return read_settings()


@blueprint.post("/keys")
def add_key():
    """Fields: ``key``, ``token`` (made up if absent), ``permissions``. Tells the token once."""
    values = given(key=str, token=str, permissions=list)
    if not values.get("key"):
        raise Refusal(400, "missing-field", "key is mandatory")
    permissions = values.get("permissions", [])
    key = marketplace().keys.add(values["key"], values.get("token"), permissions)
    return jsonify(asdict(key)), 201


@blueprint.delete("/keys/<key>")
def remove_key(key):
    marketplace().keys.remove(key)
    return "", 204


@blueprint.post("/reset")
def reset():
    """As at the start, but without any order unless ``demo_orders`` is true."""
    demo_orders = given(demo_orders=bool).get("demo_orders")
    marketplace().reset()
    if demo_orders:
        marketplace().add_demo_orders()
    return "", 204
