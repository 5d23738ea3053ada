from odoo import fields, models


class MarketplaceLogCheck(models.TransientModel):
    """Shows whether an account's receipts and arrivals are as they were written."""

    _name = "marketplace.log.check"
    _description = "Verify a Marketplace Account's Log"

    account_id = fields.Many2one("marketplace.account", required=True, readonly=True)
    head = fields.Char("Newest Entry", readonly=True)
    findings = fields.Text(readonly=True)
    noted = fields.Char(
        "Noted Earlier",
        help="The newest entry of an earlier time, as you wrote it down elsewhere: number, colon "
        "and hash. It shows what has gone missing since, after a backup was restored for example, "
        "and whether the whole log was replaced.",
    )

    def action_verify(self):
        """Compare the log with what there is, and show the result."""
        self.ensure_one()
        result = self.account_id.verify_log(self.noted)
        self.write(
            {
                "head": f"{result['number']}:{result['hash']}",
                "findings": "\n".join(result["findings"]),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log of %s", self.account_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
