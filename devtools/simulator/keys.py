"""Who may call the marketplace, and what for? App keys, each with permissions.

Source: protocol page, "Outbound": all calls carry ``X-VTEX-API-AppKey`` and
``X-VTEX-API-AppToken``; 401 and 403 are among the answers.
"""

import hmac
import secrets
import threading
from dataclasses import dataclass, field

from .refusal import Refusal

#: Each stands for a resource of VTEX's License Manager, such as "Feed v3 and Hook Admin" for hook.
PERMISSIONS = ("read", "list", "deny", "cancel", "invoice", "hook", "change")
#: Of calls that need another permission than their own name; VTEX's is "Change order".
NEEDED = dict.fromkeys(("acknowledge", "confirm", "withdraw", "read-change", "retry"), "change")


@dataclass(frozen=True)
class Key:
    """An app key with its token, and the kinds of calls that it may make."""

    key: str
    token: str = field(repr=False)
    permissions: tuple[str, ...] = PERMISSIONS


class Keys:
    """The keys that are valid now; :meth:`reset` returns to those of the start."""

    def __init__(self, initial):
        self._lock = threading.Lock()
        self._initial = {key.key: key for key in initial}
        self._keys = dict(self._initial)

    def all(self):
        with self._lock:
            return list(self._keys.values())

    def add(self, name, token, permissions):
        """Add a key, or replace the one of this name."""
        for permission in permissions:
            if permission not in PERMISSIONS:
                raise Refusal(400, "bad-value", f"permissions are {', '.join(PERMISSIONS)}")
        key = Key(name, token or secrets.token_urlsafe(24), tuple(permissions))
        with self._lock:
            self._keys[name] = key
        return key

    def remove(self, name):
        with self._lock:
            if self._keys.pop(name, None) is None:
                raise Refusal(404, "key-not-found", f"There is no key {name}.")

    def reset(self):
        with self._lock:
            self._keys = dict(self._initial)

    def identify(self, headers):
        """The :class:`Key` of a call; refuses one whose headers prove none."""
        name = headers.get("X-VTEX-API-AppKey", "")
        token = headers.get("X-VTEX-API-AppToken", "")
        with self._lock:
            key = self._keys.get(name)
        if not key or not hmac.compare_digest(key.token.encode(), token.encode()):
            raise Refusal(401, "unauthorized", "The app key or its token is missing or wrong.")
        return key

    def check(self, key, kind):
        """Refuse a call that a key may not make."""
        permission = NEEDED.get(kind, kind)
        if permission not in key.permissions:
            raise Refusal(403, "forbidden", f"This app key may not {permission}.")
