"""What orders, transfers, slips and receipts tell people of changes, in their language."""

from ..translator import Translator

# -- While a change is open -----------------------------------------------------------------------


def text_of_held_lines(
    env: Translator, document: str, marketplace: str, order_id: str, items: str
) -> str:
    """Why a transfer cannot be done, and what to do.

    :param document: the transfer's name
    :param items: of which nothing may leave
    """
    return env._(
        "%(document)s: %(marketplace)s changes order %(order)s, and nothing of %(items)s may "
        "leave before that is settled. To ship the rest, set the quantity of these items to 0: "
        "they go to a backorder.",
        document=document,
        marketplace=marketplace,
        order=order_id,
        items=items,
    )


def text_of_part_on_hold(env: Translator, marketplace: str, items: str, is_all: bool) -> str:
    """What a document tells of which goods wait for a change.

    :param items: the goods that wait
    :param is_all: nothing else is on the document
    """
    if is_all:
        return env._(
            "%s changes this order: ship nothing of it before that is settled.", marketplace
        )
    return env._("Partly on hold: do not ship %s for now. The rest may go.", items)


def text_of_part_letters(env: Translator, items: str, is_all: bool) -> str:
    """The large letters of a slip; the arguments are those of :func:`text_of_part_on_hold`."""
    return env._("ON HOLD: DO NOT SHIP") if is_all else env._("DO NOT SHIP: %s", items)


# -- What has become of it ------------------------------------------------------------------------


def text_of_open_part(env: Translator, state: str, note: str, is_confirmation_asked: bool) -> str:
    """How far an open change has got.

    :param note: why a person is asked, or why it has failed
    :param is_confirmation_asked: the marketplace waits for it
    """
    if state == "part_agreed" and not is_confirmation_asked:
        return env._(
            "The change is agreed to, and carried out when the marketplace asks for the "
            "confirmation."
        )
    return {
        "part_received": env._("The change has just come in."),
        "part_waiting": env._("The change waits for the order, or for an earlier request."),
        "part_agreed": env._("The change is agreed to, and carried out within moments."),
        "part_failed": env._(
            "The change could not be carried out yet. Somebody has to look into it."
        ),
    }.get(state, note)


def text_of_settled_part(
    env: Translator, state: str, marketplace: str, items: str, moment: str
) -> str:
    """What a document tells of a change that is settled, empty if it tells nothing.

    :param items: what is taken out; may be empty
    """
    if not items:
        return ""
    return {
        "part_cancelled": env._(
            "Taken out by %(marketplace)s on %(moment)s: %(items)s.",
            marketplace=marketplace,
            moment=moment,
            items=items,
        ),
        "part_refused": env._(
            "%(marketplace)s asked to take this out, and was refused: %(items)s. These items stay "
            "on the order.",
            marketplace=marketplace,
            items=items,
        ),
        "part_kept": env._(
            "%(marketplace)s has taken this out of its order; it is kept here: %(items)s.",
            marketplace=marketplace,
            items=items,
        ),
    }.get(state, "")


def text_of_added(env: Translator, items: str) -> str:
    """What a change has added to an order, empty if nothing."""
    return env._("Added: %s.", items) if items else ""


# -- What a decision would do ---------------------------------------------------------------------


def text_of_acceptance(
    env: Translator,
    taken: str,
    added: str,
    *,
    is_all: bool,
    is_due: bool,
    is_connected: bool,
) -> str:
    """What follows when somebody accepts a change.

    :param taken: the items that are taken out, may be empty
    :param added: the items that are added, may be empty
    :param is_all: nothing would be left of the order
    :param is_due: it is carried out at once
    :param is_connected: the marketplace is told by a call of ours
    """
    if is_due:
        sentences = [env._("If you accept, the order is changed at once.")]
    else:
        text = env._(
            "If you accept, the order is changed as soon as the marketplace asks for the "
            "confirmation."
        )
        sentences = [text]
    if is_all:
        sentences.append(env._("Nothing is left of the order then: it is cancelled as a whole."))
    elif taken:
        sentences.append(env._("Out: %s.", taken))
    if added:
        sentences.append(env._("In: %s.", added))
    if not is_connected:
        sentences.append(env._("Confirm it at the marketplace yourself: Odoo cannot call it."))
    elif is_due:
        sentences.append(env._("The marketplace gets its confirmation."))
    return " ".join(sentences)


# -- Totals ----------------------------------------------------------------------------------------


def text_of_totals(
    env: Translator,
    before: str,
    after: str,
    there: str,
    rest: str,
    *,
    is_whole: bool,
    is_done: bool,
) -> str:
    """What an order's total becomes by a change, here and at its marketplace.

    :param there: by how much it changes there; empty if the marketplace does not say
    :param rest: the difference between the two; empty if there is none
    :param is_whole: nothing is added: these are all items of the change
    :param is_done: the change is carried out; goods that have left count until they are back
    """
    if is_done:
        here = env._(
            "Total here at that time: %(before)s; once all of it is out: %(after)s.",
            before=before,
            after=after,
        )
    elif is_whole:
        here = env._("Total here: %(before)s becomes %(after)s.", before=before, after=after)
    else:
        here = env._(
            "Total here: %(before)s becomes %(after)s, without what is added.",
            before=before,
            after=after,
        )
    sentences = [here]
    if there:
        sentences.append(env._("At the marketplace it changes by %s.", there))
    if rest:
        sentences.append(env._("The difference is %s: please check the prices.", rest))
    return " ".join(sentences)
