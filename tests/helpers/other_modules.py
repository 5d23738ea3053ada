"""What other modules do for orders: each kind of work is one method, for tests of facts."""

from .work_served import ServedWorkCase
from .work_sold import SoldWorkCase


class OtherModulesCase(SoldWorkCase, ServedWorkCase):
    """Each ``work_…`` method returns an order for which a module has done something, each
    ``quiet_…`` method one for which a module has something in store and nobody has begun.
    """
