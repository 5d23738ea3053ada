"""How is the marketplace set up? The registered seller, and a few habits."""

import math
import threading
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit

from .change_effect import SAME_SKU
from .redaction import PARAMETER_NAME
from .refusal import Refusal

FORMS = ("headers", "authorization", "url")
#: The three formats of the marketplace's own dates (protocol page, "What integrators run into").
DATE_FORMATS = {
    "plain": "%Y-%m-%d %H:%M:%S",
    "offset": "%Y-%m-%dT%H:%M:%S+00:00",
    "z": "%Y-%m-%dT%H:%M:%SZ",
}
NO_HOOK = ("404", "empty")
MEMBER_CASES = ("camel", "pascal")
#: How sellers are called about changes; see :mod:`.change_call`, which needs the settings.
CHANGE_PATHS = ("pvt", "order-system")
CHANGE_METHODS = ("PATCH", "POST")
CHANGE_IDS = ("requestId", "changeRequestId", "address", "none", "hidden")
CHANGE_ORDERS = ("marketplace", "seller")
CHANGE_SECONDS = ("same", "send-agreement", "lost")
WORDS = {
    "seller_form": FORMS,
    "date_format": DATE_FORMATS,
    "no_hook": NO_HOOK,
    "member_case": MEMBER_CASES,
    "change_path": CHANGE_PATHS,
    "change_method": CHANGE_METHODS,
    "change_id": CHANGE_IDS,
    "change_order": CHANGE_ORDERS,
    "change_second": CHANGE_SECONDS,
    "own_change": ("called", "uncalled"),
    "repeat_agreement": ("ok", "refused"),
    "same_sku": SAME_SKU,
}
#: The lowest and the highest value of each number.
NUMBERS = {
    "ask_again_every": (0, 1e9),
    "timeout": (0.1, 1e9),
    "clock_speed": (0, 1e6),
    "hook_timeout": (0.1, 600),
    "notify_late": (0, 1e9),
    "notify_shuffled": (0, 1e9),
    "notify_lost": (0, 1),
    "notify_doubled": (0, 1),
    "notify_irrelevant": (0, 1),
    "seed": (0, 1e9),
    "index_delay": (0, 1e9),
    "reason_delay": (0, 1e9),
    "quota_calls": (0, 1e9),
    "quota_seconds": (0.1, 1e9),
    "change_times": (1, 50),
}


@dataclass(frozen=True)
class Settings:
    """
    :param seller_url: the registered fulfillment endpoint; may contain a path and a query
    :param seller_form: where the credentials stand, one of :data:`FORMS`
    :param ask_again_every: seconds; 0: a seller that is deciding is asked again by hand only
    :param timeout: seconds that the seller may take to answer; documented nowhere
    :param date_format: key of :data:`DATE_FORMATS`
    :param clock_speed: seconds of the marketplace's own clock in a real one
    :param hook_timeout: real seconds in which a notification must be answered
    :param notify_late: own seconds until a notification is sent
    :param notify_shuffled: and up to so many more, for each another number
    :param notify_lost: share of the notifications that are never sent; 0 to 1, as the next two
    :param notify_doubled: share of those that are sent twice
    :param notify_irrelevant: share of those that come with one which means nothing to the seller
    :param seed: decides which ones
    :param no_hook: how reading the hook answers if there is none, one of :data:`NO_HOOK`
    :param index_delay: own seconds until lists show what an order has become
    :param reason_delay: own seconds until a cancelled order says why (known issue 792650)
    :param member_case: of ``cancellationData``, one of :data:`MEMBER_CASES`
    :param quota_calls: calls that a key may make in ``quota_seconds``; 0: any number
    :param quota_seconds: real seconds
    :param change_path: below which path sellers are called about changes
    :param change_id: where the change's ID stands: in the body by this name, in the address, or
        nowhere (``none``: the seller's own ID is known from then on; ``hidden``: it is not)
    :param change_order: whose ID of the order stands in the path
    :param change_second: the second call: the same body, an address of its own, or it never comes
    :param change_times: how often each call is made, all at the same time
    :param own_change: whether an external seller is called about its own change as well
    :param repeat_agreement: what becomes of an agreement, or a cancellation, that comes again
    :param same_sku: what becomes of a SKU that two lines have, see :mod:`.change_effect`
    """

    seller_url: str = ""
    seller_key: str = ""
    seller_token: str = ""
    seller_form: str = "headers"
    ask_again_every: float = 0
    timeout: float = 10
    date_format: str = "plain"
    clock_speed: float = 1
    hook_timeout: float = 5
    notify_late: float = 0
    notify_shuffled: float = 0
    notify_lost: float = 0
    notify_doubled: float = 0
    notify_irrelevant: float = 0
    seed: int = 1
    no_hook: str = "404"
    index_delay: float = 0
    reason_delay: float = 0
    member_case: str = "camel"
    quota_calls: int = 0
    quota_seconds: float = 60
    change_path: str = "pvt"
    change_method: str = "PATCH"
    change_id: str = "requestId"
    change_order: str = "marketplace"
    change_second: str = "same"
    change_times: int = 1
    own_change: str = "called"
    repeat_agreement: str = "ok"
    same_sku: str = "refused"

    def changed(self, values):
        """These settings with other values.

        :raise Refusal: if they make no sense
        """
        unknown = set(values) - set(asdict(self))
        if unknown:
            raise Refusal(400, "bad-value", f"unknown: {', '.join(sorted(unknown))}")
        new = replace(self, **values)
        new._check()
        return new

    def _check(self):
        for name in ("seller_url", "seller_key", "seller_token"):
            value = getattr(self, name)
            # What cannot stand in a header or in an address cannot be sent.
            if not isinstance(value, str) or not value.isprintable() or not value.isascii():
                raise Refusal(400, "bad-value", f"{name} is a string of printable ASCII")
        if self.seller_url and not is_address(self.seller_url):
            raise Refusal(400, "bad-value", "seller_url is an http or https address")
        for name, words in WORDS.items():
            if getattr(self, name) not in tuple(words):
                raise Refusal(400, "bad-value", f"{name} is one of {', '.join(words)}")
        for name, (lowest, highest) in NUMBERS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise Refusal(400, "bad-value", f"{name} is a number")
            if not (math.isfinite(value) and lowest <= value <= highest):
                raise Refusal(400, "bad-value", f"{name} is from {lowest:g} to {highest:g}")

    def date(self):
        """The present moment as the marketplace writes it."""
        return datetime.now(timezone.utc).strftime(DATE_FORMATS[self.date_format])

    def secrets(self):
        """What must not be shown: the token, and what stands for one in the address."""
        return [self.seller_token, *secrets_in(self.seller_url)]


class CurrentSettings:
    """The settings that are valid now; :meth:`reset` returns to those of the start."""

    def __init__(self, initial, changed):
        self._initial = self._settings = initial
        self._changed = changed
        self._lock = threading.Lock()

    def get(self):
        return self._settings

    def change(self, values):
        with self._lock:
            self._settings = self._settings.changed(values)
        self._changed()

    def reset(self):
        with self._lock:
            self._settings = self._initial
        self._changed()


def secrets_in(url):
    """What stands for a token in an address."""
    query = parse_qsl(urlsplit(url).query)
    return [value for name, value in query if PARAMETER_NAME.search(name)]


def is_address(url):
    """Can ``url`` be called?"""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
