from odoo import fields, models
from odoo.exceptions import AccessError

from ..base.moments import in_words


class MarketplaceAccount(models.Model):
    """The pairs of app key and app token with which a marketplace may call: several at once, so
    that they can be replaced without an outage.
    """

    _inherit = "marketplace.account"

    credential_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        domain=[("kind", "=", "pair")],
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )

    def _generate_credential(self, present_until=None):
        """Issue a new app key and app token.

        :param present_until: until when the present ones go on working at the longest, a naive UTC
            datetime; None if they stop at once
        :return: ``(app_key, app_token)``; the token cannot be had again
        :raise AccessError: for a user who is not a marketplace manager
        """
        self.ensure_one()
        self._check_manages_credentials()
        # sudo: credentials are written by their managers, but only in these few ways
        account = self.sudo()
        present = account.credential_ids
        if present_until:
            present._end(present_until)
        else:
            present.active = False
        credential, token = present._issue(account)
        account._tell_issued(credential, present, present_until)
        return credential.app_key, token

    def _check_manages_credentials(self):
        """Raise unless the user may issue and revoke these accounts' credentials.

        :raise AccessError:
        """
        if not self.env.su and not self.env.user.has_group(
            "marketplace_order_cancellation.group_marketplace_manager"
        ):
            text = self.env._("Only a marketplace manager may change an account's credentials.")
            raise AccessError(text)
        self.check_access("write")

    def _tell_issued(self, credential, former, former_until):
        """Log a new pair, and what becomes of the ``former`` ones; no secret."""
        texts = [self.env._("New credentials were generated: app key %s.", credential._shown_key())]
        for pair in former.filtered(lambda pair: not pair.is_expired):
            if former_until:
                until = in_words(self.env, pair.expires_at)
                texts.append(
                    self.env._("%(key)s works until %(date)s.", key=pair._shown_key(), date=until)
                )
            else:
                texts.append(self.env._("%s no longer works.", pair._shown_key()))
        self._tell_followers("keys", " ".join(texts))

    def action_generate_credential(self):
        """Issue new credentials and show them, this once; the present ones stop working."""
        return self._show_new_credential()

    def _show_new_credential(self, present_until=None):
        """Issue new credentials, see :meth:`_generate_credential`, and show them, this once."""
        app_key, token = self._generate_credential(present_until)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credentials for %s", self.name),
            "res_model": "marketplace.credential.show",
            "views": [(False, "form")],
            "target": "new",
            # as Odoo shows its own API keys: passed along, stored nowhere
            "context": {
                "default_endpoint_url": self.endpoint_url,
                "default_app_key": app_key,
                "default_app_token": token,
                "default_allow_query_token": self.allow_query_token,
            },
        }

    def action_rotate_credential(self):
        """Ask what shall become of the present credentials, then issue new ones."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rotate Credentials"),
            "res_model": "marketplace.credential.rotation",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_account_id": self.id},
        }
