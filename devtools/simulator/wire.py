"""How are calls to the marketplace received? Notes each, lets faults happen, tells refusals."""

from flask import Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from .conversation import FROM_SELLER
from .hooks import without_secrets
from .misbehaviour import misbehave
from .refusal import Refusal
from .states import NotPermitted

BODY_BYTES = 1024 * 1024
#: Calls that tell the marketplace something.
TOLD = ("deny", "cancel", "invoice", "change", "acknowledge", "confirm", "withdraw")


def marketplace():
    """The running :class:`~.marketplace.Marketplace`."""
    return current_app.extensions["marketplace"]


def receive(kind, order_id, work):
    """Answer one call of the seller.

    :param kind: one of :data:`.faults.CALLS`, or ``unknown``
    :param work: function that carries it out and returns ``(data, text)``; the data may be None,
        or a response
    """
    here = marketplace()
    url = request.full_path.rstrip("?")
    call = (request.method, f"{request.host_url.rstrip('/')}{url}", request.headers.items())
    body = request.get_data()
    if kind == "hook":
        body = without_secrets(body)
    exchange = here.conversation.begin(FROM_SELLER, kind, order_id, call, body)
    fault = here.faults.take(kind)
    if fault and fault.seconds:
        here.stop.wait(fault.seconds)
    text = ""
    if not fault or fault.kind == "slow" or fault.after_work:
        response, text = _work(kind, work)
    if fault and fault.kind != "slow":
        done = f"; the call was carried out: {text}" if fault.after_work else ""
        text = f"fault: {fault}{done}"
        response = misbehave(fault, here.stop)
    elif fault:
        text += f" (fault: {fault})"
    lost = fault and fault.kind in ("drop", "down")
    answer = None if lost else (response.status_code, response.headers.items(), _shown(response))
    verdict = "fault" if fault else ("done" if response.status_code < 400 else "refusal")
    here.conversation.end(exchange, verdict, text, answer, fault=str(fault or ""))
    if kind in TOLD:
        here.store.note_told(order_id, kind)
    return response


def _work(kind, work):
    """Check the credentials and carry the call out: the response, and a sentence on it."""
    try:
        if kind != "unknown":
            here = marketplace()
            key = here.keys.identify(request.headers)
            here.quotas.take(key.key, kind)
            here.keys.check(key, kind)
        data, text = work()
        return _response(data), text
    except (Refusal, NotPermitted) as error:
        refusal = as_refusal(error)
        response = jsonify(refusal.to_dict())
        response.status_code = refusal.status
        return response, f"{refusal.status} {refusal.code}: {refusal.message}"


def _response(data):
    if isinstance(data, Response):
        return data
    response = Response(status=200) if data is None else jsonify(data)
    if data is None:
        del response.headers["Content-Type"]
    return response


def as_refusal(error):
    """Any error that has an answer, as a :class:`Refusal`."""
    if isinstance(error, NotPermitted):
        return Refusal(400, "wrong-status", f"{error}.")
    if isinstance(error, HTTPException):
        return Refusal(error.code, error.name.lower().replace(" ", "-"), error.description)
    return error


def calling_key():
    """The app key of a call whose credentials are checked."""
    return request.headers["X-VTEX-API-AppKey"]


def json_object():
    """The request's body, which must be a JSON object."""
    data = request.get_json(force=True, silent=True)
    if not isinstance(data, dict):
        raise Refusal(400, "bad-json", "The body is no JSON object.")
    return data


def read_object():
    """The same before anything is checked: what is no JSON object is an empty one."""
    data = request.get_json(force=True, silent=True)
    return data if isinstance(data, dict) else {}


def _shown(response):
    return b"(a stream)" if response.is_streamed else response.get_data()
