"""Columns are as wide as their headers, and the search box shows whole names of filters, in each
language."""

from lxml import etree

from odoo.tests import tagged

from ..helpers.common import MarketplaceCase

ADDON = "marketplace_order_cancellation"

#: The views that have such columns, in lists or in the lists of a form.
VIEWS = (
    ("marketplace.cancellation.receipt", "list", "marketplace_cancellation_receipt_view_list"),
    ("marketplace.cancellation.receipt", "form", "marketplace_cancellation_receipt_view_form"),
    ("marketplace.outbound.call", "list", "marketplace_outbound_call_view_list"),
    ("marketplace.outbound.call", "form", "marketplace_outbound_call_view_form"),
    ("marketplace.reconciliation", "list", "marketplace_reconciliation_view_list"),
    ("marketplace.reconciliation", "form", "marketplace_reconciliation_view_form"),
    ("marketplace.account", "list", "marketplace_account_view_list"),
    ("marketplace.account", "form", "marketplace_account_view_form"),
    ("sale.order", "list", "marketplace_order_view_list"),
)
#: How much room the search box has for the name of a filter, in pixels.
ROOM = 156
NARROW, WIDE = set(" .'fijlrt()"), set("mwMW")


def pixels(text):
    """About how much room a header takes, as measured in Chromium."""
    return 6 + sum(4.5 if own in NARROW else 12.5 if own in WIDE else 8.2 for own in text)


@tagged("post_install", "-at_install")
class TestHeadersFit(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        languages = ["pt_BR", "es_ES"]
        for code in languages:
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.module.module"]._load_module_terms([ADDON], languages)

    def columns(self, model, view_type, view):
        """``(name, header, width)`` of the columns that have one."""
        view_id = self.env.ref(f"{ADDON}.{view}").id
        arch = etree.fromstring(self.env[model].get_view(view_id, view_type)["arch"])
        for node in arch.xpath("descendant-or-self::list//field[@width]"):
            own, name = self.env[model], node.get("name")
            for parent in reversed([*node.iterancestors("field")]):
                own = own[parent.get("name")]
            header = node.get("string") or own.fields_get([name])[name]["string"]
            if node.get("column_invisible") not in ("1", "True") and not node.get("nolabel"):
                yield name, header, int(node.get("width").removesuffix("px"))

    def test_headers_are_not_cut(self):
        seen, cut = 0, []
        for lang in ("en_US", "pt_BR", "es_ES"):
            self.env = self.env(context={"lang": lang})
            for view in VIEWS:
                for name, header, width in self.columns(*view):
                    seen += 1
                    if pixels(header) > width:
                        cut.append((lang, view[-1], name, header, width, round(pixels(header))))
        self.assertEqual(cut, [])
        self.assertGreater(seen, 100)

    def test_names_of_filters_are_not_cut(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        views = views.filtered(lambda view: view.type == "search")
        seen, cut = 0, []
        for lang in ("en_US", "pt_BR", "es_ES"):
            for view in views.with_context(lang=lang):
                for node in etree.fromstring(view.arch_db).iter("filter"):
                    if name := node.get("string"):
                        seen += 1
                        if pixels(name) > ROOM:
                            cut.append((lang, view.name, name, round(pixels(name))))
        self.assertEqual(cut, [])
        self.assertGreater(seen, 100)
