"""How is the seller called? One cancellation call: address, credentials, body, answer.

Source: protocol page, "Inbound: marketplace → seller" and "Authentication".
"""

import json
import uuid
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import requests

from . import verdicts
from .calling import explain, send
from .conversation import TO_SELLER
from .refusal import Refusal
from .settings import FORMS

BODIES = ("new", "old")
PATHS = ("marketplace", "seller")
CREDENTIALS = ("registered", "wrong", "none")


@dataclass(frozen=True)
class Manner:
    """How a call is made.

    :param body: ``new`` (all six fields) or ``old`` (marketplaceOrderId alone)
    :param path: whose ID of the order stands in the path, one of :data:`PATHS`
    :param credentials: one of :data:`CREDENTIALS`
    :param form: where they stand, one of :data:`~.settings.FORMS`; None: as registered
    :param legacy_query: add ``sc`` and ``an``, as the legacy guide does
    """

    body: str = "new"
    path: str = "marketplace"
    credentials: str = "registered"
    form: str | None = None
    legacy_query: bool = False

    def check(self):
        """:raise Refusal: if there is no such manner"""
        choices = (
            ("body", BODIES),
            ("path", PATHS),
            ("credentials", CREDENTIALS),
            ("form", (*FORMS, None)),
            ("legacy_query", (True, False)),
        )
        for name, allowed in choices:
            if getattr(self, name) not in allowed:
                words = ", ".join(map(str, allowed))
                raise Refusal(400, "bad-value", f"{name} is one of {words}")


def address(url, path, parameters):
    """The registered ``url`` with the call's path, which goes before its query.

    :param parameters: what to add to the query
    """
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{path}"
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def request_body(order, request, form):
    """The JSON of the call, in today's form or in that of the 2020 contract."""
    body = {"marketplaceOrderId": order.id}
    if form == "new":
        body |= {
            "marketplaceOrderGroup": order.group,
            "cancellationRequestId": request.id,
            "cancellationRequestDate": request.date,
            "reason": request.reason,
            "requestedByUser": request.by_user,
        }
    return body


def credentials(settings, manner):
    """Where and how the caller proves who it is: address, query parameters, headers."""
    form = manner.form or settings.seller_form
    key, token, url = settings.seller_key, settings.seller_token, settings.seller_url
    if manner.credentials != "registered":
        url = _without_token(url)
    if manner.credentials == "none":
        return url, {}, {}
    if manner.credentials == "wrong":
        token = f"wrong-{uuid.uuid4().hex}"
    if form == "headers":
        return url, {}, {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}
    if form == "authorization":
        return (
            url,
            {},
            {
                "Authorization": f'VTEX key="{key}" token="{token}"',
                "x-vtex-operation-id": str(uuid.uuid4()),
                "traceparent": f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01",
            },
        )
    has_token = "token" in dict(parse_qsl(urlsplit(url).query))
    return url, {} if has_token else {"token": token}, {}


def prepare(settings, order, request, manner):
    """Address, headers and body of the call."""
    url, parameters, headers = credentials(settings, manner)
    if manner.legacy_query:
        parameters = {**parameters, "sc": "1", "an": "simulator"}
    order_id = order.id if manner.path == "marketplace" else order.seller_order_id
    if not order_id:
        raise Refusal(409, "no-seller-id", f"The seller's ID of {order.id} is not known yet.")
    headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    body = json.dumps(request_body(order, request, manner.body), ensure_ascii=False)
    path = f"pvt/orders/{quote(order_id, safe='')}/cancel"
    return address(url, path, parameters), headers, body.encode()


def call(marketplace, order, request, manner):
    """Make the call, judge its answer, and note both.

    :return: the exchange, as a dictionary
    """
    settings = marketplace.settings.get()
    if not settings.seller_url:
        raise Refusal(409, "no-seller", "No seller is registered: set seller_url.")
    url, headers, body = prepare(settings, order, request, manner)
    exchange = marketplace.conversation.begin(
        TO_SELLER, "cancellation", order.id, ("POST", url, headers.items()), body
    )
    marketplace.store.called(request)
    answer = None
    try:
        answer = status, answer_headers, content = send(
            "POST", url, headers, body, settings.timeout
        )
        verdict = verdicts.interpret(status, answer_headers, content, order.id)
    except requests.RequestException as error:
        content = b""
        verdict = verdicts.Verdict("later", f"no answer: {explain(error, settings.timeout)}")
    verdict = replace(verdict, text=marketplace.redaction.text(verdict.text))
    exchanged = body, content, exchange.started
    seller_order_id = verdicts.seller_order_id(verdict, content)
    contradictions = marketplace.store.settle(
        order.id, request, verdict, exchanged, seller_order_id
    )
    verdict = verdict.but(*contradictions)
    if answer:
        answer = status, answer_headers.items(), content
    marketplace.conversation.end(exchange, verdict.kind, verdict.text, answer, verdict.violations)
    return exchange.to_dict()


def _without_token(url):
    parts = urlsplit(url)
    pairs = [p for p in parts.query.split("&") if p and not p.lower().startswith("token=")]
    return urlunsplit(parts._replace(query="&".join(pairs)))
