"""Quotes what people have written within the addon's sentences."""

from collections.abc import Sequence


def quoted(text: str) -> str:
    """``text`` as it stands between quotation marks that a full stop follows: without its own.

    Other marks at its end stay, and so does an ellipsis.
    """
    words = text.strip()
    return words[:-1] if words.endswith(".") and not words.endswith("..") else words


def listing(sentence: str, things: Sequence[str]) -> str:
    """``sentence``, which has a place for ``things``, with one full stop at its end.

    :param things: names or short texts, with or without a full stop
    """
    text = sentence % "; ".join(map(quoted, things))
    return f"{quoted(text)}."
