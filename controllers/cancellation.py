"""The address that a marketplace calls to cancel an order. HTTP only: the decisions are made
behind ``marketplace.cancellation.service``."""

import re
import threading

from werkzeug.exceptions import MethodNotAllowed, NotFound

from odoo.http import Controller, request, route

from ..tools import fault
from ..tools.arrival import Arrival, seconds_waited
from ..tools.inbound.cancellation_request import CancellationRequest, check_id
from ..tools.inbound.credentials import Credentials
from ..tools.inbound.problem import UNSUPPORTED_MEDIA_TYPE, Problem
from ..tools.inbound.signature import SignedCall

MAX_BODY_BYTES = 64 * 1024

#: Where the server's environment of a request holds its signed call.
_SIGNED_CALL = "marketplace.signed_call"

ROUTING = {
    "type": "marketplace",
    "auth": "marketplace",
    "csrf": False,
    "save_session": False,
    "readonly": False,
    "max_content_length": MAX_BODY_BYTES,
}


class MarketplaceCancellationController(Controller):
    @route("/marketplace/<string:code>/pvt/orders/<path:order_id>/cancel", **ROUTING)
    def cancel(self, code, order_id):
        """``POST …/pvt/orders/{orderId}/cancel`` (protocol, "Inbound").

        :param code: code of the marketplace account
        :param order_id: either side's ID of the order; the body's marketplaceOrderId decides
        """
        # Odoo keeps the server's own things from HTTPRequest.environ; its log counts from perf_t0.
        connection = request.httprequest._HTTPRequest__environ.get("werkzeug.socket")
        taken_up = getattr(threading.current_thread(), "perf_t0", None)
        waited = seconds_waited(connection, taken_up)
        arrival = Arrival.now(request.httprequest.remote_addr, waited=waited)
        if request.httprequest.method != "POST":  # not left to the router, which answers in HTML
            raise MethodNotAllowed(["POST"])
        account = self._authenticate(code, arrival.remote_address)
        fault.point("caller known")
        check_id(order_id, "orderId")
        cancellation_request = CancellationRequest.from_body(self._read_json())
        fault.point("request read")
        service = request.env["marketplace.cancellation.service"]
        return self._response(service._answer(account, cancellation_request, order_id, arrival))

    @route(
        ["/marketplace/<string:code>/pvt", "/marketplace/<string:code>/pvt/<path:rest>"], **ROUTING
    )
    def unknown(self, code, rest=None):
        """Any other address below a fulfillment endpoint is unknown: the answer says so in JSON."""
        raise NotFound

    def _authenticate(self, code, remote_address, may_be_signed=True):
        """Let the rest of the request run as the endpoint's technical user.

        :param may_be_signed: whether callers of this address can sign their calls
        :return: the account that the caller may speak for
        :raise Problem: unauthorized, or what says why this account takes no call, or none from this
            address
        """
        credentials = Credentials.from_http(request.httprequest.headers, request.httprequest.args)
        account = request.env["marketplace.account"]._authenticate(
            code, credentials, self._signed_call if may_be_signed else None, remote_address
        )
        env = account._as_endpoint().env
        request.update_env(user=env.uid, context=env.context, su=True)
        return account.with_env(request.env)

    def _signed_call(self):
        """The call as it was signed: one object, however often Odoo repeats the request."""
        http_request = request.httprequest
        if _SIGNED_CALL not in http_request.environ:
            http_request.environ[_SIGNED_CALL] = SignedCall.from_http(
                http_request.headers, http_request.get_data()
            )
        return http_request.environ[_SIGNED_CALL]

    def _read_json(self):
        """The raw body of a JSON request, at most :data:`MAX_BODY_BYTES` long."""
        encoding = request.httprequest.headers.get("Content-Encoding", "").strip()
        if encoding.lower() not in ("", "identity"):
            named = re.sub(r"[^\w ,.+-]", "", encoding)[:40]
            raise Problem(
                UNSUPPORTED_MEDIA_TYPE,
                f"Send the body as it is: the Content-Encoding {named} is not read here.",
                headers={"Accept-Encoding": "identity"},
            )
        mimetype = request.httprequest.mimetype
        if mimetype != "application/json" and not mimetype.endswith("+json"):
            raise Problem(UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
        return request.httprequest.get_data()

    def _response(self, answer):
        fault.point("answer ready")
        response = request.make_response(answer.body, status=answer.status)
        if answer.media_type:
            response.headers["Content-Type"] = answer.media_type
        else:
            response.headers.remove("Content-Type")  # an empty body has no type
        return response
