"""What people read when they have orders compared with a marketplace."""

from collections.abc import Iterable

from .translator import Translator


def text_of_comparison(env: Translator, name: str, noted: int, waiting: int, known: int) -> str:
    """What becomes of the orders of one marketplace.

    :param name: the marketplace's
    :param noted: how many are going to be read now
    :param waiting: how many wait to be read already
    :param known: how many need not be read, since they are known to be cancelled there
    """
    sentences = []
    if noted:
        text = env._("%(name)s: orders to be compared: %(number)s.", name=name, number=noted)
        sentences.append(text)
    if waiting:
        text = env._("%(name)s: waiting to be compared: %(number)s.", name=name, number=waiting)
        sentences.append(text)
    if known:
        text = env._(
            "%(name)s: not compared, as they are known to be cancelled there: %(number)s.",
            name=name,
            number=known,
        )
        sentences.append(text)
    return " ".join(sentences)


def text_of_orders_without(env: Translator, names: Iterable[str]) -> str:
    """That these orders are not compared: they are of no marketplace."""
    return env._("Not of a marketplace: %s.", ", ".join(names))
