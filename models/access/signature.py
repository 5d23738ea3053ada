import secrets

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...tools.inbound.problem import AUTHENTICATE, REPLAYED_CALL, Problem
from ...tools.inbound.signature import SECRET_PREFIX, TOLERANCE, read_secret
from ...tools.queries import FORGET_SIGNED, TAKE_SIGNED

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
        "Authentication of Calls",
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
        "The present ones keep working until they are revoked.",
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
        :raise AccessError: for a user who is not a marketplace manager
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

    Checking a signature takes the secret itself, so it is stored unhashed: no user can read it,
    only the check does, and neutralized copies do not have it.
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
        "CHECK((kind <> 'secret' AND token_hash IS NOT NULL AND signing_secret IS NULL)"
        " OR (kind = 'secret' AND token_hash IS NULL))",
        "Credentials are either an app token or a signing secret.",
    )


class MarketplaceSignedAttempt(models.Model):
    """Signed calls of the last minutes: each is taken once, by one worker.

    So nobody can repeat a call that they have intercepted. The marketplace itself signs each of its
    attempts anew, so its own repeats are different calls.
    """

    _name = "marketplace.signed.attempt"
    _description = "Signed Call of a Marketplace"
    _log_access = False

    account_id = fields.Many2one("marketplace.account", required=True, ondelete="cascade")
    fingerprint = fields.Char(required=True)
    taken_at = fields.Datetime(required=True, index=True)

    _attempt_unique = models.UniqueIndex(
        "(account_id, fingerprint)", "This call has been accepted already."
    )

    @api.model
    def _take(self, account, signed_call):
        """Remember ``signed_call``, whatever becomes of it.

        :param signed_call: a :class:`~tools.inbound.signature.SignedCall` that is fresh; the same
            object when Odoo repeats a request that failed to serialize
        :raise Problem: replayed-call, if it was taken before
        """
        if signed_call.is_taken:
            return
        taken = SQL(TAKE_SIGNED, account=account.id, fingerprint=signed_call.fingerprint())
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(taken, log_exceptions=False)
                is_new = cr.rowcount
        except SerializationFailure:  # another worker takes it at this moment
            is_new = False
        if not is_new:
            raise Problem(
                REPLAYED_CALL,
                "Sign each attempt anew, with the time that it is then.",
                headers=AUTHENTICATE,
            )
        signed_call.is_taken = True

    @api.autovacuum
    def _gc_attempts(self):
        """Forget what has long been too old to be fresh.

        By the clock that says what is fresh, the database's; and not at once, as somebody may set
        that one back.
        """
        # Past the ORM: of a marketplace that calls all day, these are millions.
        self.env.cr.execute(SQL(FORGET_SIGNED, seconds=10 * TOLERANCE))
        self.invalidate_model()
