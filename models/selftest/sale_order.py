from odoo import api, fields, models
from odoo.fields import Command

from ...tools.discreet_log import discreet_logger
from ...tools.lock import is_concurrency_error
from ...tools.words import SAMPLES

_logger = discreet_logger(__name__)
_ADDON = "marketplace_order_cancellation"


class SaleOrder(models.Model):
    """Sample orders of self-tests: nobody waits for them, and no marketplace knows them."""

    _inherit = "sale.order"

    is_marketplace_test = fields.Boolean(
        "Test Order",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Made for a test cancellation. The marketplace does not know it.",
    )

    @api.model
    def _make_test_order(self, account, reference):
        """A confirmed order with a transfer, of goods that are not in stock, nor ever run out.

        :param reference: its ID at the marketplace
        """
        quiet = self.with_company(account.company_id).with_context(
            mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True
        )
        line = {
            "product_id": self._test_record("product_test").id,
            "product_uom_qty": 1,
            "price_unit": 0,
            "tax_ids": [Command.clear()],
        }
        order = quiet.create(
            {
                "partner_id": self._test_record("partner_test").id,
                "user_id": False,
                "company_id": account.company_id.id,
                "origin": self.env._("Test cancellation"),
                "marketplace_account_id": account.id,
                "marketplace_order_id": reference,
                "is_marketplace_test": True,
                "order_line": [Command.create(line)],
            }
        )
        order.action_confirm()
        return order

    @api.model
    def _test_record(self, name):
        """The sample partner or product, made when it is needed for the first time.

        Archived, so that nobody sells it or sells to it; and goods that are not counted, so that
        their transfer is ready at once, and takes nothing from anybody.
        """
        record = self.env.ref(f"{_ADDON}.{name}", raise_if_not_found=False)
        if record:
            return record
        # Of no company: all accounts share them.
        values = {"name": self.env._(SAMPLES[name]), "active": False, "company_id": False}
        if name == "partner_test":
            records = self.env["res.partner"]
        else:
            records = self.env["product.product"]
            values |= {"type": "consu", "list_price": 0, "sale_ok": False, "purchase_ok": False}
            values["taxes_id"] = [Command.clear()]
        known = {"xml_id": f"{_ADDON}.{name}", "noupdate": True, "values": values}
        return records.sudo()._load_records([known])

    @api.model
    def _find_tests(self, begun_before):
        """The sample orders from before ``begun_before`` (naive, UTC) that are still there."""
        partner = self.env.ref(f"{_ADDON}.partner_test", raise_if_not_found=False)
        return self.search(
            [
                ("partner_id", "=", partner.id if partner else False),  # which has an index
                ("is_marketplace_test", "=", True),
                ("state", "!=", "cancel"),
                ("create_date", "<=", begun_before),
            ]
        )

    def _end_test(self):
        """Cancel those of these sample orders that their call has not cancelled."""
        for order in self.filtered(lambda order: order.state != "cancel"):
            order.action_unlock()
            order.action_cancel()

    def _try_to_end_test(self):
        """Cancel this sample order; if that cannot be, keep nobody from cancelling others."""
        try:
            with self.env.cr.savepoint():
                self._end_test()
        except Exception as error:
            if is_concurrency_error(error):
                raise  # the job is run again
            _logger.exception("The sample order %s could not be cancelled", self.name)

    # -- Nothing of it leaves the house -----------------------------------------------------------

    def _add_outbound_call(self, kind, receipt=None, invoice=None, **values):
        if self.sudo().is_marketplace_test:  # sudo: a user who decides need not see marketplaces
            return self.env["marketplace.outbound.call"]
        return super()._add_outbound_call(kind, receipt, invoice, **values)

    def _can_cancel_at_marketplace(self):
        return not self.sudo().is_marketplace_test and super()._can_cancel_at_marketplace()

    def _on_cancelled_by_seller(self, reason):
        if not self.is_marketplace_test:
            return super()._on_cancelled_by_seller(reason)
        text = self.env._("The test is over: its sample order was cancelled, but not by the call.")
        return self._message_log(body=text, author_id=self.env.user.partner_id.id)
