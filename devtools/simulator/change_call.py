"""How is the seller called about a change? Address, method, body, answer.

Which path VTEX calls, and where the change's ID stands, is documented nowhere: settings say so, see
protocol page, "Part of an order: Order modifications".
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import requests

from . import changes, verdicts
from .calling import explain, send
from .conversation import TO_SELLER
from .refusal import Refusal
from .seller import Manner, address, credentials

PATHS = {"pvt": "pvt/orders", "order-system": "api/order-system/orders"}


def prepare(settings, order, change, agreement):
    """Method, address, headers and body of a call."""
    url, parameters, headers = credentials(settings, Manner())
    order_id = order.id if settings.change_order == "marketplace" else order.seller_order_id
    if not order_id:
        raise Refusal(409, "no-seller-id", f"The seller's ID of {order.id} is not known yet.")
    path = f"{PATHS[settings.change_path]}/{quote(order_id, safe='')}/changes"
    body, method = {**change.body, "agreementType": agreement}, settings.change_method
    known_id = change.other_id or change.id if settings.change_id == "none" else change.id
    if agreement == changes.CONFIRMATION and settings.change_second == "send-agreement":
        path, method = f"{path}/{quote(known_id, safe='')}/send-agreement", "POST"
        body = {"agreementType": agreement}
    elif settings.change_id == "address":
        path += f"/{quote(change.id, safe='')}"
    elif settings.change_id in ("requestId", "changeRequestId"):
        body[settings.change_id] = change.id
    headers = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    content = json.dumps(body, ensure_ascii=False).encode()
    return method, address(url, path, parameters), headers, content


def call(marketplace, order, change, agreement):
    """Call the seller once, and note what was said; return the exchange as a dictionary."""
    settings, store = marketplace.settings.get(), marketplace.store
    if not settings.seller_url:
        raise Refusal(409, "no-seller", "No seller is registered: set seller_url.")
    method, url, headers, body = prepare(settings, order, change, agreement)
    exchange = marketplace.conversation.begin(
        TO_SELLER, "modification", order.id, (method, url, headers.items()), body
    )
    store.calling(change, agreement)
    answer, content = None, b""
    try:
        status, answer_headers, content = send(method, url, headers, body, settings.timeout)
        answer = status, answer_headers.items(), content
        sent_id = None if settings.change_id in ("none", "hidden") else change.id
        verdict = verdicts.interpret_change(status, answer_headers, content, sent_id)
    except requests.RequestException as error:
        verdict = verdicts.Verdict("later", f"no answer: {explain(error, settings.timeout)}")
    verdict = replace(verdict, text=marketplace.redaction.text(verdict.text))
    other_id = verdicts.change_id(content) if verdict.kind == "taken" else None
    verdict = verdict.but(*store.heard(order.id, change, verdict, other_id))
    marketplace.conversation.end(exchange, verdict.kind, verdict.text, answer, verdict.violations)
    return exchange.to_dict()


def call_often(marketplace, order, change, agreement=None, times=None):
    """Call the seller as often as the settings say, all at the same time; return the exchanges.

    :param agreement: which call, one of :data:`.changes.AGREEMENTS`; None: what is awaited
    """
    agreement = agreement or changes.AWAITED.get(change.status, changes.CONFIRMATION)
    times = int(times or marketplace.settings.get().change_times)
    everybody = threading.Barrier(times)

    def call_with_others(_number):
        everybody.wait()
        return call(marketplace, order, change, agreement)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call_with_others, range(times)))


def call_due(marketplace, busy):
    """Call the seller about what is due, each change in the background.

    :param busy: the threads that are under way, by change ID; changed in place
    """
    every = marketplace.settings.get().ask_again_every
    for order, change in marketplace.store.due_changes(every):
        if change.id in busy and busy[change.id].is_alive():
            continue
        busy[change.id] = threading.Thread(
            target=_call_if_possible, args=(marketplace, order, change), daemon=True
        )
        busy[change.id].start()


def _call_if_possible(marketplace, order, change):
    try:
        call_often(marketplace, order, change)
    except Refusal as refusal:  # no seller, or all was reset
        change.is_due = False
        order.tell(f"the seller is not called: {refusal.message}")
