"""Sends one call, so that no slow, broken or hostile server does harm."""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import RequestException, SSLError, Timeout

from ..network import Network
from .call import Call
from .network import Forbidden
from .transport import Adapter

USER_AGENT = "marketplace_order_cancellation (Odoo 19)"
#: Seconds to connect, and again between two pieces of the answer.
TIMEOUT = 10
#: Seconds for the whole answer, however steadily it trickles in.
DEADLINE = 20
#: Bytes of an answer that are read; what is longer is cut off.
MAX_ANSWER = 2 * 1024 * 1024  # an order of many items is long


@dataclass(frozen=True)
class Credentials:
    """What the marketplace knows the seller by."""

    app_key: str
    app_token: str

    def __repr__(self) -> str:
        return "Credentials(…)"  # never in a log


@dataclass(frozen=True)
class Reply:
    """What the marketplace answered.

    :param status: HTTP status code
    :param text: the body, at most :data:`MAX_ANSWER` bytes of it
    :param retry_after: seconds that the marketplace wants to be left alone, None if it did not say
    """

    status: int
    text: str = ""
    retry_after: float | None = None


class Unreachable(Exception):
    """There was no answer; whether the call was carried out is unknown.

    :param reason: ``name``, ``refused``, ``tls``, ``timeout``, ``broken``, or ``forbidden`` if it
        was not called at all
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send(
    call: Call,
    credentials: Credentials,
    allowed: Iterable[Network] = (),
    seconds: float | None = None,
) -> Reply:
    """Send ``call`` once and return the :class:`Reply`, whatever its status.

    Redirects are answers as any other: they are not followed, the token goes nowhere else.

    :param allowed: networks that may be called although they are not of the internet, see
        :mod:`~.network`
    :param seconds: for the whole answer, by default :data:`DEADLINE`
    :raise Unreachable: if there is no answer, or not in time
    """
    seconds = DEADLINE if seconds is None else seconds
    deadline = time.monotonic() + seconds
    try:
        with _session(Adapter(allowed, deadline)) as session:
            session.auth = _no_further_authentication
            with session.request(
                call.method,
                call.url,
                json=call.body,
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",  # what is read is as long as what was sent
                    "User-Agent": USER_AGENT,
                    "X-VTEX-API-AppKey": credentials.app_key,
                    "X-VTEX-API-AppToken": credentials.app_token,
                },
                timeout=min(TIMEOUT, seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                if time.monotonic() > deadline:  # cut off among the headers
                    raise Timeout
                return Reply(
                    response.status_code,
                    _read(response, deadline).replace(credentials.app_token or "\0", "…"),
                    parse_retry_after(response.headers.get("Retry-After")),
                )
    except Forbidden:
        raise Unreachable("forbidden") from None
    except (RequestException, UnicodeError) as error:
        if time.monotonic() > deadline:
            raise Unreachable("timeout") from None
        raise Unreachable(_reason(error)) from None  # its text may hold more than belongs in a log


@contextmanager
def _session(adapter: Adapter) -> Iterator[requests.Session]:
    with requests.Session() as session, adapter.ends_at_deadline():
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        yield session


def _no_further_authentication(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of what requests would take from the server's .netrc."""
    return request


def _read(response: requests.Response, deadline: float) -> str:
    """The answer's text, bounded in size and time."""
    content = bytearray()
    for piece in response.iter_content(4096):
        content += piece
        if len(content) >= MAX_ANSWER:
            break
    if time.monotonic() > deadline:  # cut off by the alarm, see there
        raise Timeout
    return content[:MAX_ANSWER].decode(errors="replace").replace("\0", "")


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds until the moment that a ``Retry-After`` header names, None if it names none.

    :param value: a number of seconds, or an HTTP date (RFC 9110, 10.2.3)
    :param now: the present, in seconds since the epoch
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(moment - (time.time() if now is None else now), 0.0)


def _reason(error: Exception) -> str:
    """Why there was no answer: a key that people get explained."""
    if isinstance(error, SSLError):
        return "tls"
    if isinstance(error, Timeout):
        return "timeout"
    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "name"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "refused"
    if isinstance(error, RequestsConnectionError) and any(
        isinstance(cause, TimeoutError) for cause in causes
    ):
        return "timeout"
    return "broken"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and all that it was raised from; urllib3 hides some of it in ``reason``."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
