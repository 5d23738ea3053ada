"""What the addon's views say."""

from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase

ADDON = "marketplace_order_cancellation"
VIEW_FILES = sorted(Path(__file__).parents[2].glob("views/*.xml"))


class ArchCase(TransactionCase):
    """``archs``: ``(model, name, arch)`` of each view that is the addon's, or has parts of it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own = [("module", "=", ADDON), ("model", "=", "ir.ui.view")]
        data = cls.env["ir.model.data"].search(own)
        views = cls.env["ir.ui.view"].browse(data.mapped("res_id")).filtered("model")
        while extensions := views.filtered(lambda view: view.mode == "extension"):
            views = (views - extensions) | extensions.inherit_id
        cls.archs = [
            (view.model, view.name, etree.fromstring(view.get_combined_arch())) for view in views
        ]

    def model_of(self, model, node):
        """The model of the record that ``node`` is about: that of the list it is in."""
        own = self.env[model]
        for field in reversed([*node.iterancestors("field")]):
            own = own[field.get("name")]
        return own

    def nodes(self, path):
        """``(model, view, node)`` of what is found in any view."""
        for model, view, arch in self.archs:
            for node in arch.xpath(path):
                yield self.model_of(model, node)._name, view, node
