import hashlib
import secrets

from odoo import api, fields, models
from odoo.tools import consteq

from ...tools.clock import database_now
from ...tools.credential_key import Key, has_ended

#: How many of a token's 43 characters are kept to know it by; the other 35 have 210 random bits.
PREFIX = 8

#: Compared with where there is nothing to compare with.
_NOBODY = Key(0, "", False, hashlib.sha256(secrets.token_bytes()).hexdigest(), None, False)


class MarketplaceAccountCredential(models.Model):
    """One pair of app key and app token with which a marketplace proves who it is.

    The token has 256 random bits, so a plain SHA-256 protects it: slow hashes such as PBKDF2 make
    *guessable* secrets expensive to try, and there is nothing to guess here. It keeps the check
    cheap enough for every request.
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

    _app_key_unique = models.Constraint("UNIQUE(app_key)", "This app key exists already.")

    @api.depends("expires_at")
    def _compute_is_expired(self):
        now = database_now(self.env.cr)
        for credential in self:
            credential.is_expired = has_ended(credential.expires_at, now)

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
                "token_hash": self._hash(token),
                "token_prefix": token[:PREFIX],
                **values,
            }
        )
        return credential, token

    def _end(self, moment):
        """Let these pairs work until ``moment`` (naive, UTC) at the longest."""
        for credential in self:
            credential.expires_at = min(credential.expires_at or moment, moment)

    def action_revoke(self):
        """Let these pairs work no more, from now on.

        :raise AccessError: for who is not a marketplace manager
        """
        self.check_access("read")
        self.account_id._check_manages_credentials()
        for credential in self.sudo():  # sudo: as in `_generate_credential`
            credential.active = False
            text = self.env._("Credentials were revoked: app key %s.", credential.app_key)
            credential.account_id._tell_followers("keys", text)
        return True

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

    @api.model
    def _find_key(self, keys, credentials):
        """The key that ``credentials`` are the secret of, None if it is none that works.

        The app key says which one it may be, or the token's first characters do: these are no
        secrets. Then one token is compared, in constant time, even if there is none to compare
        with: how long it takes tells nothing about what exists. (Tokens in the address of which no
        beginning was kept, from before 19.0.1.4.0, are compared one by one.)

        :param keys: the account's :class:`~tools.credential_key.Key`
        :param credentials: a :class:`~tools.inbound.credentials.Credentials`
        """
        token = credentials.token or ""
        presented = self._hash(token)
        pairs = [key for key in keys if key.token_hash]
        if credentials.from_query:
            candidates = [key for key in pairs if key.prefix in (False, token[:PREFIX])]
        else:
            candidates = [key for key in pairs if key.app_key == credentials.app_key]
        found = None
        for key in candidates or [_NOBODY]:
            if consteq(presented, key.token_hash) and key is not _NOBODY:
                found = key
        return found if found and self._works(found) else None

    @api.model
    def _works(self, key):
        """Whether ``key``, whose secret the caller knows, has not ended.

        On every host at the same moment, so by the database's clock; few keys end at all.
        """
        return not key.expires_at or key.works(database_now(self.env.cr))
