from itertools import chain

from odoo import models


class MarketplaceAccount(models.Model):
    """Who is asked when a person has to see to something: somebody, whoever has left."""

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

    def _check_responsible(self):
        """The line of the page of health that says whether the responsible user can be asked."""
        title = self.env._("Responsible")
        user, account = self._responsible_user(), self.sudo()  # sudo: users are only named
        if account._can_be_asked(account.user_id):
            return self._line("responsible", title, "ok", user.name)
        if account.user_id:
            text = self.env._(
                "%(responsible)s is archived or may not see this account's cancellations. "
                "%(deputy)s is asked instead.",
                responsible=account.user_id.name,
                deputy=user.name,
            )
        else:
            text = self.env._("Nobody is responsible. %s is asked instead.", user.name)
        return self._line("responsible", title, "attention", self.env._("Missing"), text)
