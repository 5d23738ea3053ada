"""What a seller is told before cancelling a marketplace's order."""

from collections.abc import Sequence
from typing import NamedTuple


class Preview(NamedTuple):
    """How far an order has got, and what follows from its cancellation: texts.

    :param left: goods that have left
    :param picked: transfers that are being picked, or goods that lie between stock and customer
    :param invoiced: invoices that are posted
    :param dropped: drafts that are cancelled, credit notes as well, or of which a part is taken off
    :param returned: goods whose return is proposed
    :param credited: invoices of which a draft credit note is made
    :param reduced: returns that expect less from then on, or nothing
    :param stays: what other modules have done for it, which its cancellation does not undo
    :param asked: what a person is asked to see to
    """

    left: Sequence[str] = ()
    picked: Sequence[str] = ()
    invoiced: Sequence[str] = ()
    dropped: Sequence[str] = ()
    returned: Sequence[str] = ()
    credited: Sequence[str] = ()
    reduced: Sequence[str] = ()
    stays: Sequence[str] = ()
    asked: Sequence[str] = ()
