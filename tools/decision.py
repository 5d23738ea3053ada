"""What a cancellation request means for an order: facts and policy in, verdict out.

This is the one place where the addon decides. It knows neither the ORM nor HTTP, so that every
combination can be tested as a table (``tests/tools/test_decision.py``).
"""

from dataclasses import dataclass
from enum import Enum


class Decision(Enum):
    """What to do about one request."""

    CANCEL = "cancel"  # cancel the order, then confirm
    CONFIRM = "confirm"  # the order is cancelled already: confirm
    ASK = "ask"  # put the order on hold until a person has decided
    REFUSE = "refuse"  # leave the order as it is, and say so
    KEEP = "keep"  # confirm, and leave the order open, as somebody decided before
    WAIT = "wait"  # the order is not here yet: cancel it when it comes
    MISMATCH = "mismatch"  # two different orders are named: touch neither


class Shipped(Enum):
    """How much of an order has left, net of what came back."""

    NOTHING = "nothing"
    PARTLY = "partly"  # something is still to leave
    FULLY = "fully"  # nothing is left that could be stopped


class Concern(Enum):
    """A circumstance for which the account has a policy."""

    PICKING = "picking"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    LOCKED = "locked"
    COMMITTED = "committed"


class History(Enum):
    """What was decided about an order before, which counts whatever the account's policy says."""

    REFUSED = "refused"
    REOPENED = "reopened"


class Stage(Enum):
    """How far an order had got when it was to be cancelled: what takes the most to undo."""

    UNTOUCHED = "untouched"
    COMMITTED = "committed"
    INVOICED = "invoiced"
    PICKING = "picking"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"  # already


@dataclass(frozen=True)
class Facts:
    """All about the request and its order that the decision depends on.

    :param order_known: an order of the account has the request's marketplace order ID
    :param order_cancelled: that order is cancelled already
    :param path_names_another: the path's ID is that of another order (protocol, "Identifiers")
    :param shipped: what done moves brought to the customer, net of returns, or other modules
        handed over, against what is still open
    :param picking: goods are picked, or stand in a packing or output location
    :param invoiced: an invoice is posted, or a payment received, and not reversed; or billed by
        other modules
    :param locked: the order is locked
    :param committed: something was bought, manufactured or begun for it, or a service delivered, or
        points or a card from it were used: whatever stays when the order goes
    :param in_window: the shopper asked, within the account's cancellation window
    :param kept: somebody decided to keep the order open although the marketplace cancelled it
    :param refused: an earlier request for the order was asked about, and refused
    :param reopened: the order was cancelled for the marketplace, or kept and cancelled later, and
        was opened again
    :param confirmed: the marketplace has been told that the order is cancelled
    """

    order_known: bool
    order_cancelled: bool = False
    path_names_another: bool = False
    shipped: Shipped = Shipped.NOTHING
    picking: bool = False
    invoiced: bool = False
    locked: bool = False
    committed: bool = False
    in_window: bool = False
    kept: bool = False
    refused: bool = False
    reopened: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class Policy:
    """What the account wants done about each :class:`Concern`.

    Each value is that of a :class:`Decision`: ``cancel``, ``ask`` or ``refuse``; for invoices also
    ``credit_note``, which is to cancel and to draft a credit note.
    """

    picking: str = "cancel"
    partly_shipped: str = "ask"
    shipped: str = "ask"
    invoiced: str = "ask"
    locked: str = "cancel"
    committed: str = "ask"


@dataclass(frozen=True)
class Verdict:
    """The decision, and what it took into account or overruled: concerns, and history."""

    decision: Decision
    concerns: frozenset[Concern | History] = frozenset()


#: From the weakest to the strongest: one concern that asks outweighs all that cancel.
_STRENGTH = {"cancel": Decision.CANCEL, "credit_note": Decision.CANCEL}
_STRENGTH |= {"ask": Decision.ASK, "refuse": Decision.REFUSE}
_ORDER = [Decision.CANCEL, Decision.ASK, Decision.REFUSE]


def decide(facts: Facts, policy: Policy) -> Verdict:
    """Return the :class:`Verdict` that follows from ``facts`` and ``policy``."""
    if facts.path_names_another:
        return Verdict(Decision.MISMATCH)
    if not facts.order_known:
        return Verdict(Decision.WAIT)
    if facts.order_cancelled:
        # An error here would leave the marketplace stuck (protocol, known issue 1198719).
        return Verdict(Decision.CONFIRM)
    if facts.kept:
        return Verdict(Decision.KEEP)
    concerns, history = find_concerns(facts), find_history(facts)
    decision = _follow_policy(facts, concerns, policy)
    if decision is Decision.CANCEL and history:
        decision = Decision.ASK  # a machine does not overrule what a person has done
    elif decision is Decision.REFUSE and facts.confirmed:
        decision = Decision.ASK  # what was confirmed is not refused any more
    return Verdict(decision, concerns | history)


def _follow_policy(facts: Facts, concerns: frozenset[Concern], policy: Policy) -> Decision:
    if facts.in_window and facts.shipped is Shipped.NOTHING:
        return Decision.CANCEL
    wishes = [_STRENGTH[getattr(policy, concern.value)] for concern in concerns]
    return max(wishes, key=_ORDER.index, default=Decision.CANCEL)


def find_concerns(facts: Facts) -> frozenset[Concern]:
    """The set of :class:`Concern` that ``facts`` amount to."""
    present = {
        Concern.PICKING: facts.picking,
        Concern.PARTLY_SHIPPED: facts.shipped is Shipped.PARTLY,
        Concern.SHIPPED: facts.shipped is Shipped.FULLY,
        Concern.INVOICED: facts.invoiced,
        Concern.LOCKED: facts.locked,
        Concern.COMMITTED: facts.committed,
    }
    return frozenset(concern for concern, holds in present.items() if holds)


def find_history(facts: Facts) -> frozenset[History]:
    """The set of :class:`History` that ``facts`` amount to."""
    present = {History.REFUSED: facts.refused, History.REOPENED: facts.reopened}
    return frozenset(history for history, holds in present.items() if holds)


#: From what takes the most to undo to the least. A lock undoes nothing.
_FURTHEST = [Concern.SHIPPED, Concern.PARTLY_SHIPPED, Concern.PICKING, Concern.INVOICED]
_FURTHEST += [Concern.COMMITTED]


def find_stage(facts: Facts) -> Stage | None:
    """The :class:`Stage` that ``facts`` amount to, None if no order is known."""
    if facts.path_names_another or not facts.order_known:
        return None
    if facts.order_cancelled:
        return Stage.CANCELLED
    concerns = find_concerns(facts)
    reached = (Stage(concern.value) for concern in _FURTHEST if concern in concerns)
    return next(reached, Stage.UNTOUCHED)
