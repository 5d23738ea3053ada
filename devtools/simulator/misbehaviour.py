"""How each fault looks: responses that no sensible server would give."""

import socket
from contextlib import suppress

from flask import Response, jsonify, request

from .refusal import Refusal

_MEGABYTE = b"x" * 1024 * 1024


def misbehave(fault, stop):
    """The response that ``fault`` makes of a call.

    :param stop: event that ends what would be endless
    """
    if fault.kind in ("drop", "down"):
        return _drop()
    if fault.kind == "garbage":
        return Response("<html>\x00\ufffd{]] it's me, a proxy", 200, mimetype="application/json")
    if fault.kind == "huge":
        body = (_MEGABYTE for _ in range(fault.megabytes))
        return Response(body, 200, mimetype="application/json")
    if fault.kind == "endless":
        return Response(_drip(stop), 200, mimetype="application/json")
    if fault.kind == "redirect":
        return Response("", 307, {"Location": fault.location})
    refusal = Refusal(fault.status, "fault", "The simulator was told to answer so.")
    response = jsonify(refusal.to_dict())
    response.status_code = fault.status
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _drip(stop):
    yield b'{"date": "'
    while not stop.wait(0.2):
        yield b"2"


def _drop():
    """Close the connection under the server's feet; what it writes then gets lost."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return Response("", 200)
