from datetime import timedelta

from odoo import models

from ...tools.inbound.rejection import BY_ANYBODY
from .checks import Line

#: How many addresses are named of each reason.
_NAMED = 3
#: After how many minutes the use of a credential is noted again at the latest.
_NOTED = 2
_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class MarketplaceAccount(models.Model):
    """What the page of health, and the set-up, say of calls that were rejected."""

    _inherit = "marketplace.account"

    def _check_rejected(self):
        """The lines on rejected calls, by their keys; to managers on those to no account, too."""
        found = self._rejected_of_last_day()
        lines = {"rejected": self._line_on_rejected(found)}
        if lines["rejected"].state != "ok":
            state = "attention" if self._matters(found) else "info"
            lines["rejected"] = lines["rejected"]._replace(state=state)
        if found := self._rejected_of_nobody():
            lines["nobody"] = self._line_on_rejected(found)
        return lines

    def _rejected_of_last_day(self):
        return self.env["marketplace.rejected.call"]._of_last_day(self)

    def _rejected_of_nobody(self):
        """Nobody knows whose calls these are, so managers of every company see them."""
        if not self.env.user.has_group(_MANAGER):
            return {}
        return self.env["marketplace.rejected.call"]._of_last_day(self.browse())

    def _line_on_rejected(self, found):
        if not found:
            return Line("ok", self.env._("None"))
        number = sum(calls for calls, _last, _addresses in found.values())
        text = " · ".join(self._describe_reasons(found))
        return Line("info", str(number), text, self.env._("See Them"))

    def _matters(self, found):
        """Whether it needs attention: the marketplace itself seems to be rejected. Calls that
        anybody may have sent do not count once another call was let in.
        """
        if found.keys() - BY_ANYBODY - {"paused"}:  # another line says that it is paused
            return True
        lasts = [last for reason, (_calls, last, _from) in found.items() if reason in BY_ANYBODY]
        let_in = self._last_request()
        return bool(lasts) and (not let_in or max(lasts) > let_in + timedelta(minutes=_NOTED))

    def _describe_reasons(self, found):
        """One text for each reason: how many, when the last one came, and from where."""
        names = dict(
            self.env["marketplace.rejected.call"]._fields["reason"]._description_selection(self.env)
        )
        return [
            self.env._(
                "%(reason)s: %(number)s, the last one %(ago)s, from %(addresses)s",
                reason=names[reason],
                number=number,
                ago=self._ago(last),
                addresses=self._name_addresses(addresses),
            )
            for reason, (number, last, addresses) in found.items()
        ]

    def _name_addresses(self, addresses):
        known = [address for address in addresses if address]
        named = known[:_NAMED]
        if len(named) < len(addresses):
            named.append(self.env._("other addresses"))
        return ", ".join(named)

    def _describe_rejected(self):
        """What the set-up tells of rejected calls: a line for each reason, those to no account
        last, as somebody may have registered a wrong address.
        """
        texts = [f"{text}." for text in self._describe_reasons(self._rejected_of_last_day())]
        return texts + [
            self.env._("To an address that belongs to no account. %s.", text)
            for text in self._describe_reasons(self._rejected_of_nobody())
        ]

    def action_open_rejected(self):
        """Open the calls that were rejected: this account's, and those to none."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_rejected_call"
        )
        return dict(action, domain=[("account_id", "in", [False, self.id])], context={})
