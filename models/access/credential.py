import secrets

from odoo import api, fields, models

from ...tools.clock import database_now
from ...tools.inbound.credentials import PREFIX, Key, has_ended, hash_token
from ...tools.inbound.signature import read_secret

#: How many of the last characters of an app key messages leave out.
_HIDDEN = 12


class MarketplaceAccountCredential(models.Model):
    """One pair of app key and app token with which a marketplace proves who it is.

    The token has 256 random bits, so a plain SHA-256 protects it, and is cheap enough for every
    request. Slow hashes such as PBKDF2 are for secrets that can be guessed, which this one cannot.
    """

    _name = "marketplace.account.credential"
    _description = "Marketplace Account Credential"
    _rec_name = "app_key"
    _order = "id desc"

    account_id = fields.Many2one(
        "marketplace.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    app_key = fields.Char(required=True, readonly=True)
    token_hash = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, help="SHA-256 of the app token"
    )
    token_prefix = fields.Char("Token Begins With", readonly=True)
    active = fields.Boolean(default=True, readonly=True, help="It is not revoked.")
    expires_at = fields.Datetime("Works Until", readonly=True)
    is_expired = fields.Boolean(compute="_compute_is_expired")
    last_used_at = fields.Datetime(
        "Last Used", readonly=True, help="Exact to the minute if it is used often."
    )
    last_used_from = fields.Char(readonly=True, help="The address of the caller.")

    _app_key_unique = models.Constraint("UNIQUE(app_key)", "This app key exists already.")

    @api.depends("expires_at")
    def _compute_is_expired(self):
        now = database_now(self.env.cr)
        for credential in self:
            credential.is_expired = has_ended(credential.expires_at, now)

    @api.model_create_multi
    def create(self, vals_list):
        credentials = super().create(vals_list)
        self.env["marketplace.account"]._forget_settings()
        return credentials

    def write(self, vals):
        result = super().write(vals)
        self.env["marketplace.account"]._forget_settings()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["marketplace.account"]._forget_settings()
        return result

    def _as_key(self):
        """What is kept in memory of this credential."""
        secret = self.signing_secret
        return Key(
            credential_id=self.id,
            app_key=self.app_key,
            prefix=self.token_prefix,
            token_hash=self.token_hash,
            signing_key=read_secret(secret) if secret else None,
            expires_at=self.expires_at,
        )

    @api.model
    def _issue(self, account, **values):
        """Make a new pair for ``account``.

        :param values: further values of it, or others than the usual ones
        :return: ``(credential, token)``; the token is kept nowhere else
        """
        token = secrets.token_urlsafe(32)
        credential = self.create(
            {
                "account_id": account.id,
                "app_key": f"{account.code}-{secrets.token_hex(8)}",
                "token_hash": hash_token(token),
                "token_prefix": token[:PREFIX],
                **values,
            }
        )
        return credential, token

    def _shown_key(self):
        """The app key as messages have it: its beginning tells it from the others, and followers
        need not know all of it."""
        return f"{self.app_key[:-_HIDDEN]}…"

    def _end(self, moment):
        """Let these pairs work until ``moment`` (naive, UTC) at the longest."""
        for credential in self:
            credential.expires_at = min(credential.expires_at or moment, moment)

    def action_revoke(self):
        """End these pairs now.

        :raise AccessError: for a user who is not a marketplace manager
        """
        self.check_access("read")
        self.account_id._check_manages_credentials()
        for credential in self.sudo():  # sudo: as in `_generate_credential`
            credential.active = False
            text = self.env._("Credentials were revoked: app key %s.", credential._shown_key())
            credential.account_id._tell_followers("keys", text)
        return True
