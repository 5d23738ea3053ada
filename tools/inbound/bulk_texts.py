"""What people read before they decide on many requests at once, in their language."""

from collections.abc import Sequence

from ..translator import Translator

#: How many orders a line names.
_NAMED = 5


def title_of_bulk(env: Translator, decision: str) -> str:
    """What is decided: ``accept`` or ``refuse``."""
    return {
        "accept": env._("Accept the Cancellations"),
        "refuse": env._("Refuse the Cancellations"),
    }[decision]


def what_follows_in_bulk(env: Translator, decision: str) -> str:
    """What follows for every order, by the decision."""
    return {
        "accept": env._(
            "The orders are cancelled, with any open transfers; where only a part is asked for, "
            "only that part is taken out. Marketplaces that can be called are told; others learn "
            "of it at their next call. This cannot be undone."
        ),
        "refuse": env._(
            "Their orders stay open. Marketplaces that can be called are told your reason; others "
            "learn it at their next call."
        ),
    }[decision]


def text_of_due(env: Translator, decision: str, count: int, selected: int) -> str:
    """How many of the ``selected`` requests are to be decided on."""
    values = {"count": count, "selected": selected}
    return {
        "accept": env._("To be accepted: %(count)s of %(selected)s", **values),
        "refuse": env._("To be refused: %(count)s of %(selected)s", **values),
    }[decision]


def text_of_parts(env: Translator, count: int) -> str:
    """That what follows is not said of ``count`` requests for a part."""
    return env._("Requests for a part, not counted above: %s. Their pages say what follows.", count)


def text_of_cancelled(env: Translator, orders: Sequence[str]) -> str:
    """Of which orders somebody has cancelled a transfer, so that nothing is left to ship."""
    return env._(
        "A transfer was cancelled here; to ship its goods after all, duplicate it: %(count)s "
        "(%(orders)s)",
        count=len(orders),
        orders=in_short(orders),
    )


def in_short(names: Sequence[str]) -> str:
    """The first of ``names``, and a sign that there are more."""
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def lines_in_short(env: Translator, lines: Sequence[str]) -> str:
    """The first of ``lines``, one below the other, and how many more there are."""
    more = len(lines) - _NAMED
    told = [*lines[:_NAMED], env._("And %s more.", more)] if more > 0 else lines
    return "\n".join(told)


def why_not_decided(env: Translator, obstacle: str) -> str:
    """Why requests are skipped when many are decided on, in words that suit one and many.

    :param obstacle: ``right``: the user may not decide; ``failed``: the cancellation has failed;
        ``settled``: decided, or carried out; ``no question``: nobody was asked; ``confirmed``: the
        marketplace was told that the order is cancelled; ``hidden``: deleted, or not to be seen
    """
    return {
        "right": env._("For the account's responsible user or a manager to decide"),
        "failed": env._("Failed before (“Process Again” is for these)"),
        "settled": env._("Settled already"),
        "no question": env._("Nothing to decide at the moment"),
        "confirmed": env._("Confirmed to the marketplace, so refusing is too late"),
        "hidden": env._("Deleted, or not visible to you"),
    }[obstacle]
