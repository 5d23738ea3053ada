from odoo import api, fields, models

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class MarketplaceAccount(models.Model):
    """The set-up of an account, step by step, until calls come in."""

    _inherit = "marketplace.account"

    setup_steps = fields.Json(compute="_compute_setup", groups=_MANAGER)
    setup_is_open = fields.Boolean(
        compute="_compute_setup", groups=_MANAGER, help="There are steps left to do."
    )
    setup_hidden = fields.Boolean(copy=False, readonly=True)
    is_registered = fields.Boolean(
        copy=False, readonly=True, help="Somebody says that the marketplace has the address."
    )
    connection_tested_at = fields.Datetime(copy=False, readonly=True)
    connection_skipped = fields.Boolean(copy=False, readonly=True)

    @api.depends(
        "name",
        "code",
        "authentication",
        "credential_ids",
        "signing_secret_ids",
        "is_connected",
        "is_registered",
        "connection_tested_at",
        "connection_skipped",
        "test_passed_at",
        "setup_hidden",
    )
    @api.depends_context("lang")
    def _compute_setup(self):
        for account in self:
            is_called = account._is_called()
            steps = account._setup_steps(is_called)
            todo = [step for step in steps if step["state"] == "todo"]
            for step in todo:
                step["state"] = "next" if step is todo[0] else "later"
            account.setup_steps = steps
            # Whoever is called by its marketplace already needs nobody's guidance.
            account.setup_is_open = bool(todo) and not is_called and not account.setup_hidden

    def _setup_steps(self, is_called):
        """The steps in their order; ``state`` is done, skipped or todo.

        :param is_called: whether the marketplace has called
        """
        return [
            self._setup_connect(),
            self._setup_keys(),
            self._setup_address(is_called),
            self._setup_connection(),
            self._setup_test(is_called),
        ]

    def _setup_connect(self):
        return {
            "key": "connect",
            "title": self.env._("Name it"),
            "text": self.env._("A name for you, and a code that becomes part of the address."),
            "state": "done" if self._origin else "todo",
            "buttons": [{"label": self.env._("Save"), "save": True}],
        }

    def _setup_keys(self):
        signed = self.authentication != "credentials"
        texts, buttons = [], []
        missing_pair = self.authentication != "signature" and not self.credential_ids
        missing_secret = signed and not self.signing_secret_ids
        if missing_pair or not signed:
            texts.append(
                self.env._("An app key and a token for the marketplace. They are shown once.")
            )
        if signed:
            texts.append(self.env._("Enter the marketplace's signing secret on the page Security."))
        if missing_pair:
            buttons.append({"label": self.env._("Generate"), "name": "action_generate_credential"})
        return {
            "key": "keys",
            "title": self.env._("Get the keys"),
            "text": " ".join(texts),
            "state": "todo" if missing_pair or missing_secret else "done",
            "buttons": buttons,
        }

    def _setup_address(self, is_called):
        return {
            "key": "address",
            "title": self.env._("Register the address"),
            "text": self.env._("At the marketplace, as the fulfillment endpoint."),
            "state": "done" if self.is_registered or is_called else "todo",
            "copy": self.endpoint_url or "",
            "buttons": [
                {"label": self.env._("It is registered"), "name": "action_setup_registered"}
            ],
        }

    def _setup_connection(self):
        state = "skipped" if self.connection_skipped else "todo"
        return {
            "key": "connection",
            "title": self.env._("Call the marketplace"),
            "text": self.env._(
                "Optional. Enter its own keys on the page Calls to the Marketplace: so it hears of "
                "refusals."
            ),
            "state": "done" if self.connection_tested_at else state,
            "buttons": [
                {"label": self.env._("Test it"), "name": "action_setup_connection"},
                {"label": self.env._("Skip"), "name": "action_setup_skip", "is_minor": True},
            ],
        }

    def _setup_test(self, is_called):
        return {
            "key": "test",
            "title": self.env._("See it work"),
            "text": self.env._("A sample order is made, and cancelled through the real endpoint."),
            "state": "done" if self.test_passed_at or is_called else "todo",
            "buttons": [
                {"label": self.env._("Send a test"), "name": "action_send_test_cancellation"}
            ],
        }

    def _is_called(self):
        """Whether the marketplace has called, other than by a test."""
        if not self._origin:
            return False
        # sudo: whether there is one at all
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        return bool(receipts.search_count(self._origin._domain_called(), limit=1))

    # -- What people do ---------------------------------------------------------------------------

    def action_setup_registered(self):
        """Note that the address is registered at the marketplace."""
        self.is_registered = True

    def action_setup_skip(self):
        """Go on without calls to the marketplace."""
        self.connection_skipped = True

    def action_setup_hide(self):
        """Show the steps no more."""
        self.setup_hidden = True

    def action_setup_show(self):
        """Show the steps again, on the account's own page."""
        self.ensure_one()
        self.setup_hidden = False
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_setup_connection(self):
        """Test the connection, and have the form show what came of it."""
        action = self.action_test_connection()
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _test_connection(self):
        """Note when it has worked."""
        kind, message = super()._test_connection()
        if kind == "success":
            self.connection_tested_at = fields.Datetime.now()
        return kind, message
