"""The contract of the endpoint, for developers who connect a marketplace."""

from werkzeug.exceptions import MethodNotAllowed

from odoo.http import Controller, Stream, request, route

DOCUMENT = "marketplace_order_cancellation/static/openapi.json"
MAX_AGE = 60 * 60  # seconds; it changes when the addon is updated


class MarketplaceOpenApiController(Controller):
    @route(
        "/marketplace/openapi.json",
        type="marketplace",  # problems rather than pages, as everywhere below /marketplace
        auth="public",
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def openapi(self):
        """The OpenAPI document: the file as it is, the same for everybody."""
        if request.httprequest.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        return Stream.from_path(DOCUMENT, public=True).get_response(max_age=MAX_AGE)
