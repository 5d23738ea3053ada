"""Every error that the endpoint can answer, as RFC 9457 problem documents."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:problem:marketplace-order-cancellation:"

#: What an answer with the status 401 has to say: how callers prove themselves here.
AUTHENTICATE = {"WWW-Authenticate": "VTEX"}


@dataclass(frozen=True)
class ProblemKind:
    """One kind of error: its stable name in answers, its HTTP status and its short title."""

    name: str
    status: HTTPStatus
    title: str


NOT_JSON = ProblemKind("not-json", HTTPStatus.BAD_REQUEST, "The body is not valid JSON")
INVALID_FIELD = ProblemKind("invalid-field", HTTPStatus.BAD_REQUEST, "A field is missing or wrong")
UNAUTHORIZED = ProblemKind(
    "unauthorized", HTTPStatus.UNAUTHORIZED, "The credentials are missing or wrong"
)
ACCOUNT_ARCHIVED = ProblemKind(
    "account-archived", HTTPStatus.FORBIDDEN, "The marketplace account is archived"
)
ADDRESS_NOT_ALLOWED = ProblemKind(
    "address-not-allowed", HTTPStatus.FORBIDDEN, "Calls from this address are not allowed"
)
HOOK_NOT_EXPECTED = ProblemKind(
    "hook-not-expected", HTTPStatus.FORBIDDEN, "Cancellations arrive here in another way"
)
UNKNOWN_RESOURCE = ProblemKind(
    "unknown-resource", HTTPStatus.NOT_FOUND, "There is nothing at this address"
)
UNKNOWN_ORDER = ProblemKind("unknown-order", HTTPStatus.NOT_FOUND, "The order is not known yet")
UNKNOWN_CHANGE = ProblemKind(
    "unknown-change", HTTPStatus.NOT_FOUND, "The change of the order is not known"
)
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"
)
ORDER_MISMATCH = ProblemKind(
    "order-mismatch", HTTPStatus.CONFLICT, "The address and the body name two different orders"
)
CANCELLATION_REFUSED = ProblemKind(
    "cancellation-refused", HTTPStatus.CONFLICT, "The seller refuses to cancel the order"
)
CHANGE_REFUSED = ProblemKind(
    "change-refused", HTTPStatus.CONFLICT, "The seller refuses to change the order"
)
BODY_TOO_LARGE = ProblemKind(
    "body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"
)
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON"
)
REPLAYED_CALL = ProblemKind(
    "replayed-call", HTTPStatus.UNAUTHORIZED, "This signed call has been taken before"
)
TOO_MANY_CALLS = ProblemKind(
    "too-many-calls", HTTPStatus.TOO_MANY_REQUESTS, "Calls come too often, please wait"
)
CANCELLATION_FAILED = ProblemKind(
    "cancellation-failed", HTTPStatus.INTERNAL_SERVER_ERROR, "The order could not be cancelled"
)
INTERNAL_ERROR = ProblemKind(
    "internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on this side"
)
UNAVAILABLE = ProblemKind(
    "unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Not possible just now, please repeat the call"
)


class Problem(Exception):
    """An error that the marketplace may read: ``detail`` must hold nothing internal.

    :param kind: what went wrong, one of this module's kinds
    :param detail: one sentence on this very occurrence
    :param headers: further HTTP headers, such as ``Allow`` or ``Retry-After``
    :param reason: for the seller alone, a key of :data:`~tools.inbound.rejection.REASONS`: it is
        no part of the document
    :param extensions: further members of the document, such as ``receipt``
    """

    #: Odoo logs an exception that ends a request with this level rather than with a traceback.
    loglevel = logging.INFO

    def __init__(
        self,
        kind: ProblemKind,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        reason: str = "",
        **extensions: object,
    ) -> None:
        super().__init__(detail or kind.title)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.reason = reason
        self.extensions = extensions

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return int(self.kind.status)

    def to_json(self) -> str:
        """The problem document as a JSON text."""
        document: dict[str, object] = {
            "type": _TYPE_PREFIX + self.kind.name,
            "title": self.kind.title,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        return json.dumps(document | self.extensions, ensure_ascii=False)
