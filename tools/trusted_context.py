"""What the addon's own code passes on in Odoo's context.

A caller of Odoo's RPC chooses the context, so only values of these types count: JSON cannot express
them.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

_Some = TypeVar("_Some", bound="_TrustedValue")


class _TrustedValue:
    """A value of the context that equals itself alone: Odoo takes environments of equal context
    for the same.
    """

    _key: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls._key = f"{__package__}.{cls.__name__}"

    @classmethod
    def of(cls: type[_Some], env: Any) -> _Some | None:
        """The value of this type in the context of ``env``, None if there is none.

        :param env: Odoo's environment, which plain Python does not know
        """
        value = env.context.get(cls._key)
        return value if isinstance(value, cls) else None

    def as_context(self) -> "dict[str, _TrustedValue]":
        """Keyword arguments for ``with_context``."""
        return {self._key: self}


@dataclass(frozen=True, eq=False, repr=False)
class MarketplaceCancellation(_TrustedValue):
    """Orders are cancelled because a marketplace asked for it.

    :param receipt_ids: IDs of the receipts on whose account they are cancelled
    :param untouched_order_ids: IDs of orders of which nothing else is to be settled
    :param ending_move_ids: IDs of moves that are about to be cancelled
    """

    receipt_ids: tuple[int, ...] = ()
    untouched_order_ids: tuple[int, ...] = ()
    ending_move_ids: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class SellerCancellation(_TrustedValue):
    """A user cancels orders, and was asked about their marketplaces.

    :param reason: what the person gave as reason, or None
    :param tell_marketplace: the marketplaces are to be told
    """

    reason: str | None = None
    tell_marketplace: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class StayingMoves(_TrustedValue):
    """Moves that stay open although their order is cancelled.

    :param move_ids: their IDs
    """

    move_ids: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class PartTakenOut(_TrustedValue):
    """Lines of an order are lowered because a part is taken out of it."""
