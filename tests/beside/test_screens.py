"""A real browser shows the screens that the addon adds to, with addons of others.

Whatever a browser writes to its console as an error fails the test.
"""

import json

from odoo.tests import tagged

from ..helpers.tours import CONTACTS, SALES, STOCK, TourCase

MANAGER = "marketplace_order_cancellation.group_marketplace_manager"
RECEIPT = "marketplace.cancellation.receipt"
READY = "Boolean(odoo.__WOWL_DEBUG__?.root.env.services.action)"
OPEN = """
(async (screens) => {
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    for (const [model, kind, id, there] of screens) {
        await action.doAction(
            { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, kind]] },
            { clearBreadcrumbs: true }
        );
        for (let tries = 0; !document.querySelector(there); tries++) {
            if (tries === 200) {
                throw new Error(`${model}, ${kind}: there is no ${there}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
    console.log("test successful");
})(%s);
"""


@tagged("post_install", "-at_install")
class TestScreens(TourCase):
    def test_screens_load(self):
        order = self.order_of_three("S-1", steps="two", done=1)
        self.account.on_picking = "ask"
        self.assertAsked(self.call("S-1"))
        receipt = self.receipts("S-1")
        screens = []
        for record in (receipt, order, self.open_pickings(order), self.account):
            form = ".o_form_view .o_form_sheet"
            if record._name in (RECEIPT, "sale.order", "stock.picking"):
                form = f".o_form_view:has(.alert-warning) {form[len('.o_form_view ') :]}"
            screens += [
                (record._name, "form", record.id, form),
                (record._name, "list", False, ".o_list_view .o_data_row"),
            ]
        login = self.log_in_as("Sheila", SALES, STOCK, CONTACTS, MANAGER)
        self.browser_js("/odoo", OPEN % json.dumps(screens), READY, login=login, timeout=120)
