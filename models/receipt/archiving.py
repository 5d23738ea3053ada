from odoo import models
from odoo.fields import Domain

from ...tools.notification import notification


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    def action_archive(self):
        """Archive these accounts, and say so if requests of theirs still wait for somebody."""
        result = super().action_archive()
        receipts = self.env["marketplace.cancellation.receipt"]
        asked = Domain("account_id", "in", self.ids) & receipts._domain_asked_about()
        number = receipts.search_count(asked)
        if result or not number:
            return result
        text = self.env._(
            "Cancellations that still wait for a decision: %s. Their orders stay on hold until "
            "somebody decides. The marketplace does not learn of it while the account is archived.",
            number,
        )
        close = {"type": "ir.actions.act_window_close"}  # shows the account as it is now
        return notification("warning", self.env._("Archived"), text, sticky=True, next=close)
