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
            path_info = re.sub("/{2,}", "/", path_info)
        return super()._match(path_info)
