import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo import models
from odoo.http import _dispatchers, request

from ...tools.inbound.path import is_own
from ...tools.inbound.problem import UNKNOWN_RESOURCE, Problem


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Forgive a slash too many in the endpoint's addresses, and answer there without a page.

        An address that was registered with a slash at its end, joined with the protocol's path,
        has two. Odoo's router matches neither, nor other capitals, and answers with a page. It also
        does so before it matches anything, for an invalid host and for a WebSocket.
        """
        if not is_own(path_info):
            return super()._match(path_info)
        # A line break would match no route at all; what stands in for it is refused as an ID.
        path_info = re.sub("/{2,}", "/", path_info).replace("\n", "\x7f")
        try:
            return super()._match(path_info)
        except (BadRequest, NotFound) as error:
            request.dispatcher = _dispatchers["marketplace"](request)
            raise Problem(UNKNOWN_RESOURCE) from error

    @classmethod
    def _auth_method_marketplace(cls):
        """Let a call be the public user's until its credential says who calls.

        Odoo's own ``public`` asks the database for that user with each call.
        """
        request.update_env(user=request.env["ir.model.data"]._xmlid_to_res_id("base.public_user"))
