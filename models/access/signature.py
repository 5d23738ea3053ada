import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.inbound.signature import SECRET_PREFIX, read_secret

#: How many characters of a signing secret are shown to know it by: 24 of at least 192 bits.
_SHOWN = len(SECRET_PREFIX) + 4


class MarketplaceAccount(models.Model):
    """Accounts whose marketplace signs its calls, as Standard Webhooks has it."""

    _inherit = "marketplace.account"

    authentication = fields.Selection(
        [
            ("credentials", "App key and token"),
            ("signature", "Signature"),
            ("both", "Token and signature"),
        ],
        "Calls Prove Themselves By",
        required=True,
        default="credentials",
        tracking=True,
        help="A signature (Standard Webhooks) also proves that nobody has changed the call on its "
        "way, and that it is no copy of an earlier one. VTEX does not sign.",
    )
    signing_secret_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        "Signing Secrets",
        domain=[("kind", "=", "secret")],
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )
    new_signing_secret = fields.Char(
        compute="_compute_new_signing_secret",
        inverse="_inverse_new_signing_secret",
        groups="marketplace_order_cancellation.group_marketplace_manager",
        help="The secret that the marketplace shows (whsec_…). It is kept, and never shown again. "
        "The present ones go on working until they are revoked.",
    )

    def _compute_new_signing_secret(self):
        self.new_signing_secret = False  # it can be set, not read

    def _inverse_new_signing_secret(self):
        for account in self.filtered("new_signing_secret"):
            account._enter_signing_secret(account.new_signing_secret)
        self.invalidate_recordset(["new_signing_secret"])  # or else saving gives it back

    def _enter_signing_secret(self, secret):
        """Let calls be signed with ``secret``, too, from now on.

        :param secret: as the marketplace shows it
        :raise AccessError: for who is not a marketplace manager
        :raise ValidationError: if it is no secret; naming no part of it
        """
        self.ensure_one()
        self._check_manages_credentials()
        secret = secret.strip()
        try:
            read_secret(secret)
        except ValueError as error:
            raise ValidationError(
                self.env._("A signing secret is Base64 of 24 to 64 bytes, mostly after “whsec_”.")
            ) from error
        account = self.sudo()  # sudo: as in `_generate_credential`
        credential = account.signing_secret_ids.create(
            {
                "account_id": account.id,
                "kind": "secret",
                "app_key": f"{account.code}-signing-{secrets.token_hex(4)}",
                "signing_secret": secret,
                "token_prefix": secret[:_SHOWN],
            }
        )
        text = self.env._("A new signing secret was entered: %s.", credential.app_key)
        account._tell_followers("keys", text)


class MarketplaceAccountCredential(models.Model):
    """Secrets with which a marketplace signs its calls.

    To check a signature takes the secret itself, so it is kept as it is: write-only, for nobody but
    the check, and gone from neutralized copies.
    """

    _inherit = "marketplace.account.credential"

    kind = fields.Selection(
        [("pair", "App key and app token"), ("secret", "Signing secret")],
        required=True,
        readonly=True,
        default="pair",
    )
    signing_secret = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _one_secret = models.Constraint(
        "CHECK((kind = 'pair' AND token_hash IS NOT NULL AND signing_secret IS NULL)"
        " OR (kind = 'secret' AND token_hash IS NULL))",
        "Credentials are either an app token or a signing secret.",
    )

    @api.model
    def _find_signing_key(self, keys, signed_call):
        """The key with which ``signed_call`` is signed, None if it is none that works.

        :param keys: the account's :class:`~tools.credential_key.Key`
        :param signed_call: a :class:`~tools.inbound.signature.SignedCall`
        """
        found = None
        for key in keys:
            if key.signing_key and signed_call.is_signed_with(key.signing_key):
                found = key
        return found if found and self._works(found) else None
