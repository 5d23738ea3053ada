"""What people read about calls to a marketplace, in their language."""

from ..quote import quoted
from ..translator import Translator
from .client import Reply
from .message import message_of, quote


def text_of_status(env: Translator, status: int, order_id: str) -> str:
    """What an HTTP status says about a call for the order, and what to look at."""
    if 300 <= status < 400:
        return env._(
            "The marketplace says that it has another address (%s). Check the address.", status
        )
    if status >= 500:
        return env._("The marketplace has a problem of its own at the moment (%s).", status)
    return {
        400: env._(
            "The marketplace refuses this for order %s in its present state (400).", order_id
        ),
        401: env._("The marketplace does not know this app key or app token (401)."),
        403: env._("The app key is valid, but lacks the permission (403): let it handle orders."),
        404: env._(
            "The marketplace answers, but does not know order %s, or what this call is about "
            "(404). Check the account name and the environment.",
            order_id,
        ),
        429: env._("The marketplace wants fewer calls at the moment (429)."),
    }.get(status, env._("The marketplace answers with status %s.", status))


def text_of_reply(env: Translator, reply: Reply, order_id: str, secret: str) -> str:
    """What the marketplace says, if it says something, and what its status means.

    :param secret: is not repeated, see :func:`~.message.message_of`
    """
    said = quote(message_of(reply.text, secret))
    return said + text_of_status(env, reply.status, order_id)


def result_of_test(env: Translator, status: int, order_id: str, is_known: bool) -> tuple[str, str]:
    """What the answer to a test of the connection says of it.

    :param order_id: of the order that was read
    :param is_known: whether there is such an order here
    :return: ``success``, ``warning`` or ``danger``; and a text
    """
    if status == 200:
        return "success", env._("It works: the marketplace has answered for order %s.", order_id)
    if status == 404 and not is_known:
        return "success", env._(
            "The marketplace answers and accepts the credentials. There is no order of this "
            "marketplace here yet that could be read."
        )
    kind = "warning" if status in (404, 429) else "danger"
    return kind, text_of_status(env, status, order_id)


def text_of_number(env: Translator, number: str, invoice: str) -> str:
    """Why the marketplace takes no tracking for the number with which an invoice would be sent.

    :param number: may be empty
    :param invoice: its own number
    """
    if not number:
        return env._("But invoice %s has no number to be sent with.", invoice)
    return env._(
        "But invoices would be sent with numbers like %s, and the marketplace accepts no tracking "
        "for numbers with such characters.",
        number,
    )


def text_of_pause(env: Translator, until: str) -> str:
    """Why nothing is sent for a while."""
    return env._(
        "The marketplace does not answer, or wants fewer calls: nothing is sent to it until %s.",
        until,
    )


def text_of_stop(env: Translator, is_active: bool) -> str:
    """Why nothing is sent until somebody sees to it: an account that is active has a bad key."""
    if not is_active:
        return env._("The account is archived: nothing is sent, and its calls are rejected.")
    return env._(
        "The marketplace has rejected the app key or the app token (401). Nothing is sent until "
        "one of them or the address is changed, Test Connection works, or somebody sends a call "
        "again. Apart from that, Odoo tries once a day."
    )


def text_of_permission(env: Translator) -> str:
    """What is to be done about a key that lacks a permission."""
    return env._(
        "The app key is valid, but lacks the permission (403): let it handle orders at the "
        "marketplace. Then send the refused calls of the account again."
    )


def text_of_reading_forbidden(env: Translator) -> str:
    """What is to be done about a key that may not read orders (VTEX's document of "Get order")."""
    return env._(
        "The app key may not read orders (403). At VTEX, give it a role with the resource View "
        "order of OMS, such as OMS - Full access or one of your own. It is tried again each hour."
    )


def text_of_hook_forbidden(env: Translator) -> str:
    """What is to be done about a key that may not set up the hook (VTEX's "Get hook")."""
    return env._(
        "The app key may not set up the Orders hook (403). At VTEX, make a role with the resource "
        "Feed v3 and Hook Admin of OMS, and give it to the key: no role of VTEX's own has it."
    )


def text_of_silence(env: Translator, host: str) -> str:
    """What to look at if ``host`` has not answered, whatever was in the way."""
    return env._(
        "There was no answer from %s: check the marketplace's address. The server's log says "
        "more. An address in an internal network is called only if the server's "
        "configuration allows it (marketplace_outbound_networks).",
        host,
    )


def text_of_address(env: Translator, problem: str) -> str:
    """What is wrong with an address, by the problem of an :class:`~.address.InvalidAddress`."""
    return {
        "unknown": env._("Enter the account name at the marketplace, or its services endpoint."),
        "host": env._("The marketplace's address has no host name that can be called."),
        "scheme": env._("The marketplace's address must begin with https://."),
        "insecure": env._(
            "The marketplace's address must begin with https://: the app token goes with every "
            "call."
        ),
        "credentials": env._("The marketplace's address must not hold a user name or a password."),
    }[problem]


def text_of_unsendable(env: Translator, reason: str, name: str) -> str:
    """Why the marketplace cannot take a document, and what helps.

    :param reason: of an :class:`~.document.Unsendable`; an addon may have reasons of its own
    :param name: what it is about; where the reason is an addon's own, the whole text
    """
    return {
        "value": env._("Its value is zero, and the marketplace accepts only amounts above zero."),
        "negative": env._("More was credited than it bills."),
        "items": env._("None of its lines is an item of the marketplace's order."),
        "quantity": env._(
            "%s: the marketplace accepts only whole numbers of pieces, and only a whole combo.",
            name,
        ),
        "sku": env._(
            "%s has no SKU that the marketplace knows: enter one, then send the call again.", name
        ),
        "currency": env._("It is in %s, which is not the order's currency.", name),
        "debit": env._(
            "It is a debit note for %s: the marketplace cannot be told of a higher price for the "
            "same pieces.",
            name,
        ),
        "mixed": env._("One of its lines bills several orders."),
        "several": env._("One of its lines bills several items: %s", name),
        "part": env._(
            "The marketplace has been told of only a part of this order, and refunds nothing for "
            "a return (%s) before it has been told of all of it. Send the call again then.",
            name,
        ),
        "unclear": env._("%s: it is not clear which pieces were credited.", name),
        "number": env._("%s has no number where the marketplace account looks for it.", name),
        "number_used": env._(
            "The marketplace has another document of this order with the number %s.", name
        ),
    }.get(reason, name)


def text_of_obstacle(env: Translator, obstacle: str, marketplace: str, documents: str) -> str:
    """Why an order cannot be cancelled at its marketplace for the seller.

    :param obstacle: ``unknown``: it may have the invoices; ``part``: it has invoices of a part of
        the order; ``refused``: it has not taken the return invoices; ``invoiced``: it has invoices
    :param documents: the numbers of these
    """
    names = {"marketplace": marketplace, "invoices": documents}
    return {
        "unknown": env._(
            "It is not known whether %(marketplace)s has the invoice %(invoices)s, as it did not "
            "answer. Check it at the marketplace.",
            **names,
        ),
        "part": env._(
            "%(marketplace)s has the invoice %(invoices)s of a part of this order. It does not "
            "cancel an order that is invoiced in part.",
            **names,
        ),
        "refused": env._(
            "%(marketplace)s has not accepted the return invoice %(invoices)s. Look at its call, "
            "and send it again first.",
            **names,
        ),
        "invoiced": env._(
            "%(marketplace)s has the invoice %(invoices)s. Post its credit note first: then "
            "%(marketplace)s is told of the return, and can cancel the order.",
            **names,
        ),
    }[obstacle]


def text_of_cancelled_there(
    env: Translator, call: str | None, marketplace: str, order_id: str
) -> str:
    """Why an order that goes on here is on hold: it is cancelled at its marketplace.

    :param call: the state of the call that has cancelled it, None if the marketplace itself has
    """
    names = {"marketplace": marketplace, "order": order_id}
    if call is None:
        return env._(
            "%(marketplace)s has cancelled its order %(order)s. It must not be shipped unless "
            "somebody keeps it open.",
            **names,
        )
    if call == "sent":
        return env._(
            "%(marketplace)s was told that its order %(order)s is cancelled. It must not be "
            "shipped unless somebody keeps it open.",
            **names,
        )
    return env._(
        "%(marketplace)s may have been told that its order %(order)s is cancelled: there was no "
        "answer. It must not be shipped unless somebody keeps it open.",
        **names,
    )


def text_of_telling(env: Translator, call: str, moment: str | None, reason: str | None) -> str:
    """When a marketplace was told that an order is cancelled, and why.

    :param call: the state of the call
    :param moment: of the last attempt, None if there was none
    """
    sentences = []
    if moment and call == "sent":
        sentences.append(env._("The marketplace was told on %s.", moment))
    elif moment:
        sentences.append(env._("The last attempt was on %s.", moment))
    if reason:
        sentences.append(env._("Reason: “%s”.", quoted(reason)))
    return " ".join(sentences)
