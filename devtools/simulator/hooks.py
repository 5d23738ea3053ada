"""Which hooks are set up? One for each app key, until it is removed or VTEX drops it.

Source: protocol page, "A VTEX store's own back office: the Orders hook", and VTEX's OpenAPI
document "Orders API", "Order hook".
"""

import json
import re
import threading
from dataclasses import dataclass, field

from .own_clock import DAY
from .redaction import HIDDEN
from .refusal import Refusal
from .settings import is_address, secrets_in

FROM_WORKFLOW, FROM_ORDERS = FILTERS = ("FromWorkflow", "FromOrders")
DROPPED_AFTER = 3 * DAY  # seconds without a notification that was delivered
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers that never hold a secret; the values of all others are hidden.
_PLAIN_HEADERS = frozenset({"accept", "content-type", "user-agent", "x-vtex-api-appkey"})


@dataclass
class Hook:
    """What is called when an order changes.

    :param key: the app key that it belongs to
    :param filter: as it was sent; ``expression`` is not understood, and lets everything through
    :param alive: on the marketplace's own clock: when it was set up, or last delivered something
    """

    key: str
    url: str
    headers: dict = field(default_factory=dict, repr=False)
    filter: dict = field(default_factory=dict)
    alive: float = 0.0

    def wants(self, state):
        return not self.filter.get("status") or state in self.filter["status"]

    def to_dict(self):
        """As VTEX shows it."""
        return {"filter": self.filter, "hook": {"url": self.url, "headers": self.headers}}

    def secrets(self):
        """What must not be shown: what headers hold, and what stands for a token in the address."""
        named = self.headers.items()
        held = [value for name, value in named if name.lower() not in _PLAIN_HEADERS]
        return [*held, *secrets_in(self.url)]


def parse(data, key):
    """The :class:`Hook` that a body describes.

    :raise Refusal: if it makes no sense
    """
    chosen, hook = data.get("filter"), data.get("hook")
    if not isinstance(chosen, dict) or not isinstance(hook, dict):
        raise Refusal(400, "missing-field", "filter and hook are mandatory: objects.")
    if chosen.get("type") not in FILTERS:
        raise Refusal(400, "bad-value", f"filter.type is one of {', '.join(FILTERS)}.")
    statuses = chosen.get("status") or []
    if not isinstance(statuses, list) or not all(isinstance(status, str) for status in statuses):
        raise Refusal(400, "bad-value", "filter.status is a list of states.")
    url, headers = hook.get("url"), hook.get("headers") or {}
    if not isinstance(url, str) or not url.isascii() or not is_address(url):
        raise Refusal(400, "bad-value", "hook.url is an http or https address.")
    if not isinstance(headers, dict) or not all(map(_is_header, headers, headers.values())):
        raise Refusal(400, "bad-value", "hook.headers are names and values that can be sent.")
    return Hook(key, url, headers, chosen)


def _is_header(name, value):
    sendable = isinstance(value, str) and value.isascii() and value.isprintable()
    return bool(_HEADER_NAME.fullmatch(name)) and sendable


def without_secrets(body):
    """The body of a configuration as it may be shown: a hook that is refused has secrets, too."""
    try:
        data = json.loads(body)
        secrets = parse(data, "").secrets()
    except (ValueError, RecursionError, AttributeError):
        return b"(a body that cannot be read)" if body else body
    except Refusal:
        data["hook"] = HIDDEN
        return json.dumps(data).encode()
    text = json.dumps(data)
    for secret in filter(None, secrets):
        text = text.replace(json.dumps(secret)[1:-1], HIDDEN)
    return text.encode()


class Hooks:
    """The hooks that are set up now.

    :param clock: the marketplace's :class:`~.own_clock.OwnClock`
    :param changed: called after each change
    """

    def __init__(self, clock, changed):
        self._clock = clock
        self._changed = changed
        self._lock = threading.Lock()
        self._hooks = {}
        self._dropped = {}

    def all(self):
        with self._lock:
            self._drop_old()
            return list(self._hooks.values())

    def dropped(self):
        """Those that the marketplace has dropped and nobody has set up again."""
        with self._lock:
            self._drop_old()
            return list(self._dropped.values())

    def get(self, key):
        """The hook of this app key, or None."""
        return next((hook for hook in self.all() if hook.key == key), None)

    def set(self, hook):
        """Set a hook up; it replaces the one of the same key."""
        with self._lock:
            hook.alive = self._clock.now()
            self._hooks[hook.key] = hook
            self._dropped.pop(hook.key, None)
        self._changed()

    def delivered(self, hook):
        """A notification has been answered."""
        with self._lock:
            hook.alive = self._clock.now()

    def remove(self, key, drop=False):
        """Remove a hook; return whether there was one.

        :param drop: the marketplace does so by itself
        """
        with self._lock:
            self._drop_old()
            hook = self._hooks.pop(key, None)
            if hook and drop:
                self._dropped[key] = hook
        self._changed()
        return hook is not None

    def secrets(self):
        with self._lock:
            hooks = (*self._hooks.values(), *self._dropped.values())
            return [secret for hook in hooks for secret in hook.secrets()]

    def clear(self):
        with self._lock:
            self._hooks.clear()
            self._dropped.clear()

    def _drop_old(self):
        now = self._clock.now()
        for key, hook in list(self._hooks.items()):
            if now - hook.alive >= DROPPED_AFTER:
                self._dropped[key] = self._hooks.pop(key)
                self._changed()
