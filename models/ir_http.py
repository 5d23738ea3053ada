import re

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Forgive a slash too many below ``/marketplace/``.

        An address that was registered with a slash at its end, joined with the protocol's path,
        has two. Odoo's router matches neither, and answers with a page.
        """
        if path_info.startswith("/marketplace/"):
            # A line break would match no route at all; what stands in for it is refused as an ID.
            path_info = re.sub("/{2,}", "/", path_info).replace("\n", "\x7f")
        return super()._match(path_info)
