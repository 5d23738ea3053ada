"""How is the marketplace told what its hook, its quotas and its clock are to do?"""

from flask import Blueprint, jsonify

from .control import given, only_json
from .hooks import FROM_WORKFLOW, parse
from .notifications import Notification
from .redaction import HIDDEN
from .refusal import Refusal
from .wire import marketplace

LONGEST_LEAP = 10**8  # seconds
MOST_BY_HAND = 1000

blueprint = Blueprint("control_hook", __name__, url_prefix="/control")
blueprint.before_request(only_json)


@blueprint.post("/clock")
def advance_clock():
    """Let the marketplace's own clock leap by ``advance`` seconds; tells what it shows."""
    seconds = given(advance=(int, float)).get("advance", 0)
    if not 0 <= seconds <= LONGEST_LEAP:
        raise Refusal(400, "bad-value", f"advance is from 0 to {LONGEST_LEAP} seconds")
    marketplace().clock.advance(seconds)
    return jsonify({"now": marketplace().clock.now()})


@blueprint.get("/hook")
def read_hooks():
    """The hooks that are set up and those that were dropped; what headers hold is not shown."""
    return jsonify(hooks_view(marketplace()))


def hooks_view(here):
    """The same, for a page as well."""
    return {
        "hooks": [_hook_view(here, hook) for hook in here.hooks.all()],
        "dropped": [_hook_view(here, hook) for hook in here.hooks.dropped()],
    }


def _hook_view(here, hook):
    return {
        "key": hook.key,
        "url": here.redaction.url(hook.url),
        "headers": dict.fromkeys(hook.headers, HIDDEN),
        "filter": hook.filter,
        "silent_seconds": round(here.clock.now() - hook.alive, 1),
    }


@blueprint.post("/hook")
def set_hook():
    """A hook that somebody has set up before: ``key``, ``url``, ``headers``, ``status``."""
    values = given(key=str, url=str, headers=dict, status=list)
    data = {
        "filter": {"type": FROM_WORKFLOW, "status": values.get("status", [])},
        "hook": {"url": values.get("url"), "headers": values.get("headers")},
    }
    marketplace().hooks.set(parse(data, values.get("key", "")))
    return read_hooks()


@blueprint.delete("/hook/<key>")
def drop_hook(key):
    """The marketplace drops a hook, as after three days."""
    if not marketplace().hooks.remove(key, drop=True):
        raise Refusal(404, "hook-not-found", f"The key {key} has no hook.")
    return "", 204


@blueprint.get("/notifications")
def read_notifications():
    """How many were raised, lost, doubled, sent and delivered, and which were lost."""
    here = marketplace()
    return jsonify({**here.notifications.to_dict(), "lost_ones": here.notifications.lost})


@blueprint.post("/notifications")
def send_notifications():
    """Notify all hooks of ``orders``, that may be unknown, whatever is true: ``state``,
    ``last_state``, ``times``."""
    values = given(orders=list, state=str, last_state=str, times=int)
    here, orders, times = marketplace(), values.get("orders", []), values.get("times", 1)
    if not values.get("state") or not 1 <= times * len(orders) <= MOST_BY_HAND:
        raise Refusal(400, "bad-value", f"orders and state; 1 to {MOST_BY_HAND} notifications")
    for hook in here.hooks.all():
        for order_id in orders:
            notification = Notification.of(
                hook.key, str(order_id), values["state"], values.get("last_state")
            )
            here.notifications.send(notification, times)
    return jsonify(here.notifications.to_dict())


@blueprint.get("/quota")
def read_quotas():
    """By app key: ``calls`` (all), ``refused``, ``most`` in ``quota_seconds``, ``kinds``."""
    return jsonify(marketplace().quotas.to_dict())
