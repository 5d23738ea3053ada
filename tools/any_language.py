"""Texts that are stored once, and read by each person in their own language.

What :class:`InAnyLanguage` makes is an ordinary string, in the language of the one who writes it,
that knows from which of the addon's texts and from which values it was made. :func:`stored` keeps
these, and :func:`read` makes the text anew. A string that is put together from such texts in
another way, for example by an f-string, is stored as it is.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from .translator import Translator

#: How texts from :func:`stored` begin: no text that people write begins so.
_MARK = "\x02"


class Text(str):
    """A text, and what it was made of, see :func:`_say`."""

    made_of: dict[str, Any]

    def __new__(cls, text: str, made_of: dict[str, Any]) -> "Text":
        own = super().__new__(cls, text)
        own.made_of = made_of
        return own

    def __add__(self, other: str) -> "Text":
        return _chain((self, other))

    def __radd__(self, other: str) -> "Text":
        return _chain((other, self))


class InAnyLanguage:
    """Translates as ``env`` does; what it makes can be read in another language, too."""

    def __init__(self, env: Translator) -> None:
        self._env = env

    def _(self, source: str, *values: object, **named: object) -> str:
        kept: Any = {name: _kept(value) for name, value in named.items()}
        kept = kept or [_kept(value) for value in values]
        return Text(self._env._(source, *values, **named), {"source": source, "values": kept})


def joined(separator: str, texts: Iterable[str | None]) -> str:
    """``separator.join(texts)``, without empty ones, that can be read in any language."""
    chain: list[str] = []
    for text in filter(None, texts):
        chain += [separator, text] if chain else [text]
    return _chain(chain) if any(isinstance(text, Text) for text in chain) else "".join(chain)


def capitalized(text: str) -> str:
    """``text`` with a capital letter at its beginning."""
    capital = text[:1].upper() + text[1:]
    return Text(capital, text.made_of | {"capital": True}) if isinstance(text, Text) else capital


def stored(text: str) -> str:
    """What is to be stored of ``text``, so that :func:`read` makes the same text of it."""
    if isinstance(text, Text):
        return _MARK + json.dumps(_kept(text), ensure_ascii=False)
    return text.lstrip(_MARK)


def said_by(error: Exception) -> str:
    """What ``error`` says: if it is a text of ours, so that it can be read in any language."""
    text = error.args[0] if error.args else None
    return text if isinstance(text, Text) else str(error)


def read(content: str, find: Callable[[str], str | None]) -> str:
    """The text that was stored as ``content``; one that was not stored by :func:`stored` as it is.

    :param find: gives the translation of a text of ours, None if there is none (any more): then
        the reader gets the text as it was written
    """
    return _say(json.loads(content[1:]), find) if content.startswith(_MARK) else content


def without(text: str, pattern: re.Pattern[str]) -> str:
    """``text`` without what the ``pattern`` finds in the parts that are not the addon's own
    texts."""
    rest = pattern.sub("", text)
    if not isinstance(text, Text) or "parts" not in text.made_of:
        return rest
    parts = [pattern.sub("", own) if isinstance(own, str) else own for own in text.made_of["parts"]]
    return Text(rest, text.made_of | {"parts": parts})


def _chain(texts: Iterable[str]) -> Text:
    parts: list[object] = []
    for text in texts:
        made_of = text.made_of if isinstance(text, Text) else {}
        parts += made_of["parts"] if made_of.keys() == {"parts"} else [_kept(text)]
    return Text("".join(texts), {"parts": parts})


def _kept(value: object) -> object:
    """What JSON has of a value: numbers as they are, a text with what it was made of."""
    if isinstance(value, Text):
        return {"text": str(value), **value.made_of}
    return value if isinstance(value, int | float) else str(value)


def _say(kept: Any, find: Callable[[str], str | None]) -> Any:
    """The text of which ``kept`` is what :func:`_kept` has made: a :class:`Text` again.

    It was made of ``source`` and ``values``, or of ``parts``; it has a ``capital``; and ``text`` is
    how it was written.
    """
    if not isinstance(kept, dict):
        return kept
    text, made_of = kept["text"], {name: own for name, own in kept.items() if name != "text"}
    if "parts" in kept:
        said: str | None = "".join(_say(part, find) for part in kept["parts"])
    else:
        said = _fill_in(find(kept["source"]), kept["values"], find)
    if said and kept.get("capital"):
        said = said[:1].upper() + said[1:]
    return Text(text if said is None else said, made_of)


def _fill_in(source: str | None, kept: Any, find: Callable[[str], str | None]) -> str | None:
    """``source`` with the values that were ``kept``, None if they do not fit (any more)."""
    if source is None or not kept:
        return source
    values: Any = tuple(_say(value, find) for value in kept)
    if isinstance(kept, dict):
        values = {name: _say(value, find) for name, value in kept.items()}
    try:
        filled: str = source % values
    except (TypeError, ValueError, KeyError):
        return None
    return filled
