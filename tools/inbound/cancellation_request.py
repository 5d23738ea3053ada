"""What a marketplace asks for: the request's body, read strictly where it decides something."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NoReturn

from dateutil.parser import isoparse

from .problem import INVALID_FIELD, NOT_JSON, Problem

# An ID must be valid in calls and on orders alike: otherwise an order would never be found.

#: Longest ID that is taken, in characters. The longest documented one has 32.
MAX_ID_LENGTH = 128

#: Control characters, invisible characters, and those that turn the direction of a text.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates, which PostgreSQL does not store; nor does it NUL
)
#: Blanks that look like the usual one, and are another character.
_OTHER_BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_UNFIT_FOR_ID = re.compile(f"[{_HIDDEN}{_OTHER_BLANKS}]")
_SHOWN = f"[^ {_HIDDEN}{_OTHER_BLANKS}]"
_CORE = re.compile(f"{_SHOWN}(?:.*{_SHOWN})?", re.DOTALL)

#: How much is kept of a descriptive text, in characters.
MAX_TEXT_LENGTH = 2000

# Left out of texts that people read: control characters but for tabs and line breaks, which XML,
# and so reports, cannot hold; what turns the direction of the words after it, of Odoo's own, too;
# what PostgreSQL does not store.
_UNFIT_FOR_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    r"\ufffe\uffff\ud800-\udfff]"
)
#: Years in which a cancellation can have been asked for. Some platforms write a missing date as the
#: year 1 or 9999, which no calendar shows in every time zone, nor a spreadsheet at all.
YEARS = range(1970, 3000)

_FLAWS = {
    "empty": "is empty.",
    "long": f"is longer than {MAX_ID_LENGTH} characters.",
    "unfit": "must neither begin nor end with white space, nor hold control or invisible "
    "characters.",
    "step": "cannot be a step in an address.",
}


@dataclass(frozen=True)
class CancellationRequest:
    """A marketplace's request to cancel one order.

    Only ``marketplace_order_id`` can be relied on: the 2020 contract has nothing else, and today's
    "required" fields are absent in practice (protocol, "Inbound").
    """

    marketplace_order_id: str
    cancellation_request_id: str | None = None
    cancellation_request_date: datetime | None = None  # naive, UTC
    marketplace_order_group: str | None = None
    reason: str | None = None
    requested_by_user: bool | None = None  # None: the marketplace did not say
    is_fact: bool = False  # the marketplace has cancelled the order already: nothing can be refused

    @classmethod
    def from_body(cls, body: bytes) -> "CancellationRequest":
        """Read the raw bytes of a request's body.

        IDs are checked strictly, since they decide which order is cancelled. The descriptive
        fields are taken as far as they can be read: a cancellation is not lost over its reason.

        :raise Problem: not-json or invalid-field
        """
        document = load_object(body)
        request_id = document.get("cancellationRequestId")
        return cls(
            marketplace_order_id=check_id(document.get("marketplaceOrderId"), "marketplaceOrderId"),
            cancellation_request_id=(
                None if request_id in (None, "") else check_id(request_id, "cancellationRequestId")
            ),
            cancellation_request_date=read_date(document.get("cancellationRequestDate")),
            marketplace_order_group=read_text(document.get("marketplaceOrderGroup")),
            reason=read_text(document.get("reason")),
            requested_by_user=read_boolean(document.get("requestedByUser")),
        )

    def to_document(self) -> dict[str, object]:
        """What was understood, under the names that the body gives it; the rest is left out."""
        date = self.cancellation_request_date
        document: dict[str, object] = {
            "marketplaceOrderId": self.marketplace_order_id,
            "marketplaceOrderGroup": self.marketplace_order_group,
            "cancellationRequestId": self.cancellation_request_id,
            "cancellationRequestDate": date and date.replace(tzinfo=timezone.utc).isoformat(),
            "reason": self.reason,
            "requestedByUser": self.requested_by_user,
        }
        return {name: value for name, value in document.items() if value is not None}


def check_id(value: object, field: str) -> str:
    """Return ``value`` if it can be an order's or a request's ID.

    :param field: the name to complain about
    :raise Problem: invalid-field
    """
    if value is None:
        raise Problem(INVALID_FIELD, f"{field} is missing.", field=field)
    if not isinstance(value, str):
        raise Problem(INVALID_FIELD, f"{field} must be a string.", field=field)
    if flaw := flaw_of_id(value):
        raise Problem(INVALID_FIELD, f"{field} {_FLAWS[flaw]}", field=field)
    return value


def trim_id(text: str) -> str:
    """Return ``text`` without the blanks and invisible characters around it."""
    core = _CORE.search(text)
    return core.group() if core else ""


def flaw_of_id(text: str) -> str | None:
    """Why ``text`` cannot be an ID, None if it can.

    :return: ``empty``, ``long``, ``unfit`` (blanks around it, or invisible characters), or ``step``
        (a step in an address: no call to the marketplace could name it)
    """
    if len(text) > MAX_ID_LENGTH:
        return "long"
    if not _CORE.search(text):
        return "empty"
    if text != text.strip(" ") or _UNFIT_FOR_ID.search(text):
        return "unfit"
    return "step" if text in (".", "..") else None


def load_object(body: bytes) -> dict[str, object]:
    """The JSON object that is the whole of ``body``; no object in it has a member twice.

    :raise Problem: not-json
    """
    try:
        document = json.loads(
            body.decode("utf-8").lstrip("\ufeff"),  # byte order marks: .NET has one, PowerShell two
            object_pairs_hook=_unique_members,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:  # RecursionError: nested too deeply
        raise Problem(NOT_JSON, "The body could not be read as JSON in UTF-8.") from error
    if not isinstance(document, dict):
        raise Problem(NOT_JSON, "The body must be a JSON object.")
    return document


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Which of the two is meant? Receivers disagree, so nobody may depend on it.
        raise ValueError("a member stands twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def read_text(value: object) -> str | None:
    """A text as people may read it; of a longer one the beginning, which says so."""
    if value is None or isinstance(value, (dict, list)):
        return None
    text = _UNFIT_FOR_TEXT.sub("", str(value)).strip()
    if len(text) > MAX_TEXT_LENGTH:
        kept = text[:MAX_TEXT_LENGTH]
        return f"{kept}… [{MAX_TEXT_LENGTH:,} of {len(text):,} characters]"
    return text or None


def read_boolean(value: object) -> bool | None:
    """A truth value, also one that is written as a text; None if it is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def read_date(value: object) -> datetime | None:
    """Read a date in any of the three documented formats; without a zone it is taken as UTC.

    One that is no date of a cancellation (:data:`YEARS`) counts as unreadable.

    ``isoparse`` takes the seven fractional digits that the marketplace sends, which Python's own
    ``fromisoformat`` does not before 3.11.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = isoparse(value.strip())
        if moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0) if moment.year in YEARS else None
