from itertools import chain

from odoo import models

_SUBTYPE = "marketplace_order_cancellation.subtype_account_%s"


class MarketplaceAccount(models.Model):
    """Who is asked when a person has to see to something, whoever has left; and who is told."""

    _inherit = "marketplace.account"

    def _responsible_user(self):
        """Who sees to this account: the first of those that can be asked, see :meth:`_deputies`."""
        # sudo: the users are only named
        account = self.sudo()
        candidates = chain(account.user_id, account.create_uid, account._deputies())
        able = next((user for user in candidates if account._can_be_asked(user)), None)
        return able or account._administrators()[:1] or account.user_id or account.create_uid

    def _can_be_asked(self, user):
        """Whether ``user`` is still there, and sees this account's cancellations."""
        return (
            user.active
            and not user.share
            and self.company_id in user.company_ids
            and user.has_group("marketplace_order_cancellation.group_marketplace_user")
            and user != self._endpoint_user()
        )

    def _deputies(self):
        """Who looks after marketplaces, those of the account's company alone; administrators."""
        managers = self.env.ref("marketplace_order_cancellation.group_marketplace_manager")
        return managers.all_user_ids.sorted("id") | self._administrators()

    def _administrators(self):
        users = self.env.ref("base.group_system").all_user_ids
        return users.filtered(lambda user: user.active and not user.share).sorted("id")

    # -- Followers: each kind of news can be switched off ------------------------------------------

    def _tell_followers(self, kind, body, **values):
        """Post a message that followers get.

        :param kind: ``keys``, ``log``, ``admission`` or ``health``
        """
        return self.message_post(body=body, subtype_xmlid=_SUBTYPE % kind, **values)

    def _track_subtype(self, init_values):
        if {"is_paused", "active", "allowed_networks", "authentication"} & set(init_values):
            return self.env.ref(_SUBTYPE % "admission")
        return super()._track_subtype(init_values)
