"""What people read about a marketplace's requests, in their language."""

import json
from collections.abc import Collection, Mapping
from http import HTTPStatus

from ..any_language import capitalized, joined
from ..decision import Concern, History
from ..quote import quoted
from ..translator import Translator

#: How many orders a message names.
_NAMED = 5


def status_text(status: int) -> str:
    """An HTTP status with its name: ``404 Not Found``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status or "")


def duration_text(milliseconds: int) -> str:
    """``446 ms``, from a second on ``1.5 s``."""
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def pretty(body: str) -> str:
    """A JSON text with indentation; what is none, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


# -- What is asked --------------------------------------------------------------------------------


def text_of_concerns(env: Translator, concerns: Collection[Concern | History]) -> str:
    """One sentence on why an order is not simply cancelled."""
    texts = {
        Concern.PICKING: env._("picking has begun"),
        Concern.PARTLY_SHIPPED: env._("a part has been shipped"),
        Concern.SHIPPED: env._("it has been shipped"),
        Concern.INVOICED: env._("it is invoiced or paid"),
        Concern.LOCKED: env._("the order is locked"),
        Concern.COMMITTED: env._("something was bought or made for it, or a service was delivered"),
        History.REFUSED: env._("an earlier request for it was refused"),
        History.REOPENED: env._("it was cancelled before, and opened again"),
    }
    sentence = joined(", ", (text for concern, text in texts.items() if concern in concerns))
    return capitalized(sentence) + "."


def text_of_request(env: Translator, marketplace: str, requested_by: str, reason: str) -> str:
    """Who wants the order cancelled, and why, while nothing is decided.

    :param requested_by: ``shopper`` or ``marketplace``; anything else if that is not known
    :param reason: may be empty
    """
    if requested_by == "shopper":
        sentence = env._("%s asks to cancel this order, as the shopper wishes.", marketplace)
    else:
        sentence = env._("%s asks to cancel this order.", marketplace)
    return " ".join(filter(None, [sentence, text_of_reason(env, reason)]))


def text_of_cancellation(env: Translator, marketplace: str, requested_by: str, reason: str) -> str:
    """Which marketplace has cancelled the order, who wanted it, and why.

    The arguments are those of :func:`text_of_request`.
    """
    sentence = {
        "shopper": env._("%s cancelled this order; the shopper asked for it.", marketplace),
        "marketplace": env._("%s cancelled this order on its own initiative.", marketplace),
    }.get(requested_by, env._("%s cancelled this order.", marketplace))
    return " ".join(filter(None, [sentence, text_of_reason(env, reason)]))


def text_of_reason(env: Translator, reason: str) -> str:
    """The marketplace's reason, empty if it gave none."""
    return env._("Reason: “%s”.", quoted(reason)) if reason else ""


def text_of_asker(env: Translator, requested_by: str, moment: str) -> str:
    """Who asked, as in :func:`text_of_request`, and when."""
    return {
        "shopper": env._("The shopper asked for it on %s.", moment),
        "marketplace": env._("The marketplace itself asked for it on %s.", moment),
    }.get(requested_by, env._("Requested on %s.", moment))


# -- What becomes of it ---------------------------------------------------------------------------


def text_of_hold(env: Translator, marketplace: str, order_id: str, is_undecided: bool) -> str:
    """Why a document of the order is on hold."""
    if is_undecided:
        return env._("%s asks to cancel this order: wait for the decision.", marketplace)
    return env._(
        "%(marketplace)s has cancelled its order %(order)s. It must not be shipped.",
        marketplace=marketplace,
        order=order_id,
    )


def text_of_decider(env: Translator, user: str, due: str) -> str:
    """Who decides on a cancellation.

    :param due: until when, may be empty
    """
    if due:
        return env._("%(user)s decides on it before %(moment)s.", user=user, moment=due)
    return env._("%s decides on it.", user)


def text_of_notice(env: Translator, kind: str, marketplace: str, is_known: bool = True) -> str:
    """What a document tells that is not on hold.

    :param kind: ``refused``, ``kept``; anything else if the order is cancelled
    :param is_known: the marketplace knows that the order is cancelled; or else it has only asked
    """
    if kind == "refused":
        return env._(
            "%s asked to cancel this order and was refused: the order stays open.", marketplace
        )
    if kind == "kept":
        return (
            env._("%s has cancelled this order; it is kept open here.", marketplace)
            if is_known
            else env._("%s asked to cancel this order; it is kept open here.", marketplace)
        )
    return (
        env._("%s has cancelled this order.", marketplace)
        if is_known
        else env._("%s asked to cancel this order; it is cancelled here.", marketplace)
    )


def text_of_outcome(env: Translator, state: str, note: str) -> str:
    """What has become of a request that no person has decided.

    :param note: what was noted then
    """
    return {
        "failed": env._("The order could not be cancelled here yet. Somebody has to look into it."),
        "queued": env._("The order is cancelled here within moments."),
        "refused": env._("Refused, as the account's policy says: %s", note),
    }.get(state, note)


def text_of_acceptance(
    env: Translator, is_known: bool, is_asking: bool, is_archived: bool = False
) -> str:
    """What follows when somebody accepts a cancellation.

    :param is_known: the marketplace has cancelled the order itself
    :param is_asking: it asks by calls, and has the answer to the next one
    :param is_archived: its account is archived: it learns nothing
    """
    sentence = env._("If you accept, the order is cancelled, with any open transfers.")
    if is_known:
        return sentence
    if is_archived:
        told = env._("The marketplace does not learn of it, as its account is archived.")
        return f"{sentence} {told}"
    told = (
        env._("The marketplace learns of it at its next call.")
        if is_asking
        else env._("The marketplace gets its confirmation.")
    )
    return f"{sentence} {told}"


def text_of_refusal(env: Translator, is_archived: bool) -> str:
    """What follows when somebody refuses a cancellation; as :func:`text_of_acceptance`."""
    told = (
        env._("The marketplace does not learn of it, as its account is archived.")
        if is_archived
        else env._("The marketplace is told your reason when it calls again.")
    )
    return env._("The order stays open.") + " " + told


def text_of_keeping(env: Translator, is_known: bool, is_archived: bool) -> str:
    """What follows when somebody keeps an order open; as :func:`text_of_acceptance`."""
    if is_known:
        return env._("The order stays open here, although it is cancelled at the marketplace.")
    told = (
        env._("The marketplace does not learn of it, as its account is archived.")
        if is_archived
        else env._("The marketplace gets its confirmation.")
    )
    asked = env._("The order stays open here, although the marketplace asked to cancel it.")
    return f"{asked} {told}"


def text_of_decision(env: Translator, moment: str, reason: str, **who_decided: str) -> str:
    """Who decided what, when, and why.

    :param reason: may be empty
    :param who_decided: ``decision`` and ``user``
    """
    sentence = env._("%(decision)s by %(user)s on %(moment)s.", moment=moment, **who_decided)
    if not reason:
        return sentence
    return sentence + " " + env._("Because: “%s”.", quoted(reason))


def message_of_decision(env: Translator, reason: str, **who_decided: str) -> str:
    """What chatters say at the moment of a decision; as :func:`text_of_decision`."""
    message = env._("The marketplace's request: %(decision)s by %(user)s.", **who_decided)
    return message + " " + env._("Reason: %s", reason) if reason else message


def text_of_reminder(env: Translator, state: str, moment: str) -> str:
    """What somebody is reminded of who was asked about a request, until ``moment``."""
    if state == "failed":
        return env._(
            "This request has failed, and somebody has to look into it. It is tried once more on "
            "%s.",
            moment,
        )
    return env._("This request still needs a decision, by %s at the latest.", moment)


def text_of_still_asked(env: Translator, has_failed: bool) -> str:
    """Why an activity is back that somebody has marked as done, or has cancelled."""
    if has_failed:
        return env._("It still needs somebody: process it again, or mark it as resolved.")
    return env._("Nothing is decided yet: open the request, and decide there.")


# -- What people do about it ----------------------------------------------------------------------


def result_of_processing(
    env: Translator, outcomes: Mapping[str, Collection[str]]
) -> tuple[str, str]:
    """What has come of requests that were processed again.

    :param outcomes: the IDs of the marketplace's orders by the state of their requests;
        ``untouched`` of those that had not failed, ``late`` of those that were not reached
    :return: ``success``, ``warning`` or ``danger``; and a text
    """
    failed, untouched, late = (
        list(outcomes.get(outcome, ())) for outcome in ("failed", "untouched", "late")
    )
    done = sum(map(len, outcomes.values())) - len(failed) - len(untouched) - len(late)
    names = ", ".join(failed[:_NAMED]) + (", …" if len(failed) > _NAMED else "")
    texts = [
        (done, env._("Processed: %s.", done)),
        (failed, env._("Failed again: %(count)s (%(names)s).", count=len(failed), names=names)),
        (untouched, env._("Skipped, as they have not failed: %s.", len(untouched))),
        (late, env._("Not reached yet: %s. Process them again.", len(late))),
    ]
    kind = "danger" if failed else "warning" if late or not done else "success"
    return kind, " ".join(text for is_so, text in texts if is_so)


def text_of_unresolved(env: Translator, obstacle: str, name: str) -> str:
    """Why a request cannot be marked as resolved.

    :param obstacle: ``resolved``: it is already; ``settled``: it need not be; ``waiting``: its
        order is here; ``held``: its order is on hold
    :param name: of the request, or of the orders
    """
    return {
        "resolved": env._("%s is marked as resolved already.", name),
        "settled": env._(
            "%s cannot be marked as resolved: only requests that have failed, wait for their "
            "order, or name two orders can.",
            name,
        ),
        "waiting": env._(
            "%s is here, and will be cancelled when it is confirmed. Cancel it, and the request "
            "is settled.",
            name,
        ),
        "held": env._(
            "%s is still open, and on hold because of this request. Decide on it first: process "
            "the request again, refuse it, or keep the order open.",
            name,
        ),
    }[obstacle]
