"""The addresses at which a marketplace changes an order: takes out a part of it, for example."""

from werkzeug.exceptions import MethodNotAllowed, NotFound

from odoo.http import request, route

from ..tools import fault
from ..tools.arrival import Arrival
from ..tools.inbound.cancellation_request import check_id
from ..tools.inbound.order_change import OrderChange
from .cancellation import ROUTING, MarketplaceCancellationController

METHODS = ["PATCH", "POST"]

_ACCOUNT = "/marketplace/<string:code>"
_CHANGES = f"{_ACCOUNT}/pvt/orders/<path:order_id>/changes"
#: As on the marketplace's own server.
_CHANGES_OF_PLATFORM = f"{_ACCOUNT}/api/order-system/orders/<path:order_id>/changes"
_CHANGE = "<string:change_id>"


class MarketplaceChangeController(MarketplaceCancellationController):
    @route(
        [
            _CHANGES,
            f"{_CHANGES}/{_CHANGE}",
            _CHANGES_OF_PLATFORM,
            f"{_CHANGES_OF_PLATFORM}/{_CHANGE}",
        ],
        **ROUTING,
    )
    def change(self, code, order_id, change_id=None):
        """``PATCH …/pvt/orders/{orderId}/changes`` (protocol, "Order modifications").

        :param code: code of the marketplace account
        :param order_id: either side's ID of the order
        :param change_id: the marketplace's ID of the change, which may also stand in the body
        """
        return self._take_change(code, order_id, change_id, OrderChange.from_body)

    @route(
        [
            f"{_CHANGES}/{_CHANGE}/send-agreement",
            f"{_CHANGES_OF_PLATFORM}/{_CHANGE}/send-agreement",
        ],
        **ROUTING,
    )
    def agree(self, code, order_id, change_id):
        """``POST …/changes/{changeRequestId}/send-agreement``: of a change that has arrived."""
        return self._take_change(code, order_id, change_id, OrderChange.from_agreement)

    @route(f"{_CHANGES}/cancel", **ROUTING)
    def cancel_order_of_such_an_id(self, code, order_id):
        """An order whose ID ends with ``/changes`` is to be cancelled, and no change is meant."""
        return self.cancel(code, f"{order_id}/changes")

    @route(
        [f"{_CHANGES}/{_CHANGE}/cancel", f"{_ACCOUNT}/api", f"{_ACCOUNT}/api/<path:rest>"],
        **ROUTING,
    )
    def unknown_of_changes(self, code, **parts):
        """Nothing is at these addresses. A call that cancels a change must not end up cancelling
        the order that the body names.
        """
        raise NotFound

    def _take_change(self, code, order_id, change_id, read):
        """Read a call about a change by the function ``read``, and answer it."""
        arrival = Arrival.now(request.httprequest.remote_addr)
        if request.httprequest.method not in METHODS:
            raise MethodNotAllowed(METHODS)
        account = self._authenticate(code, arrival.remote_address)
        fault.point("caller known")
        check_id(order_id, "orderId")
        if change_id is not None:
            check_id(change_id, "changeRequestId")
        change = read(self._read_json(), order_id, change_id)
        fault.point("request read")
        service = request.env["marketplace.change.service"]
        return self._response(service._answer(account, change, arrival))
