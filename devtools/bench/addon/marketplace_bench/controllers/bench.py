"""The floor of every figure, and the count of the queries."""

from odoo.http import Controller, request, route

from ..queries import queries_counted


class BenchController(Controller):
    @route(
        "/marketplace_bench/empty",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def empty(self):
        """What a request costs that asks for nothing."""
        return ""

    @route(
        "/marketplace_bench/queries",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=False,
        save_session=False,
    )
    def queries(self):
        """How many queries all workers of this server have made so far."""
        return request.make_response(str(queries_counted()))
