from odoo import models

from ...tools.samples import NO_TEST


class MarketplaceAccount(models.Model):
    """Whether its marketplace has called an account, and when last."""

    _inherit = "marketplace.account"

    def _last_request(self):
        """When the marketplace called last; False if nothing shows that it ever has.

        A repeat of an old request is seen by the use of its app key.
        """
        # sudo: readers of the account need not see its credentials to know that one was used
        account = self.sudo()
        keys = (account.credential_ids | account.signing_secret_ids).filtered("last_used_at")
        moments = keys.mapped("last_used_at")
        receipts = account.env["marketplace.cancellation.receipt"]
        newest = receipts.search(self._domain_called(), order="received_at desc, id desc", limit=1)
        return max([*moments, *newest.mapped("received_at")], default=False)

    def _domain_called(self):
        """The receipts of what the marketplace itself has asked for, not somebody's test."""
        return [("account_id", "=", self.id), NO_TEST]
