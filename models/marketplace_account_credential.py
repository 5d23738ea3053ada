import hashlib
import secrets

from odoo import api, fields, models
from odoo.tools import consteq


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
        required=True, readonly=True, groups=fields.NO_ACCESS, help="SHA-256 of the app token"
    )
    active = fields.Boolean(default=True, readonly=True)

    _app_key_unique = models.Constraint("UNIQUE(app_key)", "This app key exists already.")

    @api.model
    def _issue(self, account):
        """Make a new pair for ``account``.

        :return: ``(credential, token)``; the token is kept nowhere else
        """
        token = secrets.token_urlsafe(32)
        credential = self.create(
            {
                "account_id": account.id,
                "app_key": f"{account.code}-{secrets.token_hex(8)}",
                "token_hash": self._hash(token),
            }
        )
        return credential, token

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

    @api.model
    def _find_key(self, keys, credentials):
        """The app key of the pair that ``credentials`` are, None if they are none.

        Every pair is compared, in constant time, and one comparison is made even if there is none:
        how long it takes tells nothing about what exists.

        :param keys: pairs ``(app key, hash of the app token)``
        :param credentials: a :class:`~..protocol.credentials.Credentials`
        """
        presented = self._hash(credentials.token or "")
        presented_key = self._hash(credentials.app_key or "")
        found = None
        consteq(presented, self._hash(""))
        for app_key, token_hash in keys:
            right_token = consteq(presented, token_hash)
            right_key = credentials.from_query or consteq(presented_key, self._hash(app_key))
            if right_token and right_key:
                found = app_key
        return found
