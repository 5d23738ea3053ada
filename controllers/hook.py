"""The address at which a VTEX store's Orders hook tells that an order has changed."""

from werkzeug.exceptions import MethodNotAllowed

from odoo.http import request, route

from ..tools.arrival import Arrival
from ..tools.inbound.answer import TAKEN
from ..tools.inbound.notification import Notification
from .cancellation import ROUTING, MarketplaceCancellationController


class MarketplaceHookController(MarketplaceCancellationController):
    @route("/marketplace/<string:code>/hook", **ROUTING)
    def hook(self, code):
        """``POST …/hook`` (protocol, "The Orders hook"): noted, and read by a job afterwards.

        :param code: code of the marketplace account
        """
        if request.httprequest.method != "POST":
            raise MethodNotAllowed(["POST"])
        address = Arrival.now(request.httprequest.remote_addr).remote_address
        account = self._authenticate(code, address, may_be_signed=False)
        account._take_notification(Notification.from_body(self._read_json()))
        return self._response(TAKEN)
