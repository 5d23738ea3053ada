"""Why orders are cancelled: what is done about their goods and money says so, and asks somebody."""

from typing import Any, NamedTuple


class Cause(NamedTuple):
    """Why orders are cancelled. The records are in superuser mode.

    They are ``Any``: plain Python does not know Odoo's models.

    :param order: the marketplace's order; none if it is not known
    :param account: its marketplace account
    :param text: one sentence for chatters and activities
    :param receipt: the marketplace's request; none if the seller cancels it unasked
    :param person: the user who was asked and wanted it; none if that was nobody
    """

    order: Any
    account: Any
    text: str
    receipt: Any
    person: Any

    @property
    def responsible(self) -> Any:
        """The user who is asked where a person has to look at something."""
        return self.person or self.account._responsible_user()
