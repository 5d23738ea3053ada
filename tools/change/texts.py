"""What people read about changes of orders, in their language."""

from collections.abc import Sequence

from ..quote import quoted
from ..translator import Translator

#: How many items a sentence names.
_NAMED = 5


def text_of_items(env: Translator, items: Sequence[tuple[float, str]]) -> str:
    """``2 × Teapot, 1 × Cup``.

    :param items: how many of what
    """
    named = ", ".join(f"{quantity:g} × {name}" for quantity, name in items[:_NAMED])
    left = len(items) - _NAMED
    return env._("%(items)s and %(number)s more", items=named, number=left) if left > 0 else named


def text_of_change(env: Translator, marketplace: str, taken: str, added: str, reason: str) -> str:
    """What a marketplace has changed in an order, and why.

    :param taken: the items taken out, may be empty
    :param added: the items added, may be empty
    :param reason: may be empty
    """
    if taken and added:
        sentence = env._(
            "%(marketplace)s takes %(taken)s out of this order, and adds %(added)s.",
            marketplace=marketplace,
            taken=taken,
            added=added,
        )
    elif added:
        sentence = env._("%(marketplace)s adds %(added)s.", marketplace=marketplace, added=added)
    elif not taken:
        sentence = env._("%s changes this order, but none of its items.", marketplace)
    else:
        sentence = env._(
            "%(marketplace)s takes %(taken)s out of this order.",
            marketplace=marketplace,
            taken=taken,
        )
    return " ".join(filter(None, [sentence, reason and env._("Reason: “%s”.", quoted(reason))]))


def text_of_flaw(env: Translator, problem: str, sku: str, quantity: int) -> str:
    """Why a change cannot be meant.

    :param problem: ``unknown``: no line sells the SKU; ``too_much``: less of it was ordered
    """
    if problem == "unknown":
        return env._("No line of the order sells SKU %s.", sku)
    return env._(
        "%(quantity)s of SKU %(sku)s are to be taken out, but the order has fewer.",
        sku=sku,
        quantity=quantity,
    )


def text_of_doubt(env: Translator, doubt: str, what: str = "") -> str:
    """Why a person has to look at a change.

    :param doubt: ``ambiguous``, ``exchange``, ``addition``, ``no_items``, ``contradicted``,
        ``before``, ``refused`` or ``untold``
    :param what: the items it is about; of ``no_items`` by how much the total changes, if told
    """
    return {
        "ambiguous": env._("%s may mean several lines: say which.", what),
        "exchange": env._("It exchanges items for %s.", what),
        "addition": env._("It adds %s.", what),
        "no_items": env._(
            "The marketplace has changed its order%s without naming items; it may be a price. See "
            "there what has changed, and change the order here as well if it is to be billed like "
            "that.",
            what and f" ({what})",
        ),
        "contradicted": env._("The marketplace asked to confirm other items than it first named."),
        "before": env._(
            "The marketplace had changed the order before it came here: check whether the order "
            "here already has this change."
        ),
        "refused": env._(
            "This change was refused, and the marketplace has carried it out all the same."
        ),
        "untold": env._(
            "The marketplace cannot be told of the change, as Odoo cannot call it. Confirm the "
            "change there yourself."
        ),
    }[doubt]


def text_of_unresolved_part(env: Translator, state: str, names: str) -> str:
    """Why a change cannot be marked as resolved.

    :param state: ``part_waiting`` or ``part_failed``
    :param names: of its orders, which are open
    """
    if state == "part_waiting":
        return env._(
            "%s is here, and will be changed once the earlier requests for it are settled.", names
        )
    return env._(
        "%s is still open, and lines of it are on hold because of this change. Decide on it first: "
        "process it again, refuse it, or keep the items; or take them out by hand, and say here "
        "that it was done.",
        names,
    )


def text_of_repeat(env: Translator, kind: str, moment: str) -> str:
    """What is said of a change that came without an ID after the same was settled.

    :param kind: ``ask``: it is not known whether it is a repeat; ``found``: the marketplace has no
        other one; ``said``: a person says that it is one; ``own``: a person says that it is none
    :param moment: when the same was settled
    """
    return {
        "ask": env._(
            "The same change was settled on %s already, and this one came without an ID. Say "
            "whether it is a repeat, or another change that takes out the same quantity again.",
            moment,
        ),
        "found": env._(
            "It was a repeat: the marketplace has no other change like the one that was settled on "
            "%s.",
            moment,
        ),
        "said": env._("It was a repeat of the change that was settled on %s.", moment),
        "own": env._(
            "It is another change, not a repeat of the one that was settled on %s.", moment
        ),
    }[kind]
