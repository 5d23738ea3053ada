"""What a marketplace says in an answer, as one line that people may read."""

import html
import json
import re
import unicodedata

#: How many characters are shown, and how many of an answer are read.
LONGEST = 300
_LOOKED_AT = 20_000
#: Characters of a status that are kept; the longest of the protocol's has 27.
_LONGEST_STATUS = 64
#: Further messages of a list are left out, and so is what is nested deeper.
_MESSAGES = 3
_DEPTH = 8
#: Where a message stands, the most telling first; case does not matter.
_NAMES = ("message", "detail", "error_description", "errormessage", "description", "error", "title")
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_REST_OF_TAG = re.compile(r"(?<!<)<+(?=[a-zA-Z/!?])")  # from each run's beginning alone
_PAGE = re.compile(r"<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
#: What looks like a secret beside its name, and a JSON Web Token.
_SECRET = re.compile(
    r"""((?:token|secret|passwor[dt]|api[_-]?key|authorization|cookie)["']?\s*[:=]\s*["']?"""
    r"""(?:(?:bearer|basic|vtex)\s+)?)(?=\S*\d)[^\s"',;]{8,}"""
    r"""|\beyJ[\w-]+\.[\w-]+\.[\w-]*""",
    re.IGNORECASE,
)
#: Finds what :func:`quote` has written, in a text or in HTML; until 19.0.1.14.0 with the status.
QUOTE = re.compile(r"“[^“”]*” (?:—|\(\d{3}\)\.) ")


def message_of(text: str, secret: str = "") -> str:
    """What the marketplace says in the body of an answer, empty if it says nothing in words.

    One line of at most :data:`LONGEST` characters, without markup, control and bidirectional
    characters.

    :param text: the body: a JSON document that has a message somewhere, or plain text
    :param secret: is replaced wherever it stands, as is what looks like one
    """
    if _PAGE.search(text[:_LOOKED_AT]):
        return ""
    message = " ".join(_messages(_document(text), _DEPTH)[:_MESSAGES])
    line = _line(message[:_LOOKED_AT])
    if secret := _line(secret):
        line = line.replace(secret, "…")
    line = _SECRET.sub(lambda found: f"{found[1] or ''}…", line)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def status_of_order(text: str) -> str:
    """The status that the body of an answer gives an order.

    :raise ValueError: if it gives none
    """
    try:
        return str(json.loads(text)["status"])[:_LONGEST_STATUS]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("no order") from error


def quote(message: str) -> str:
    """``message`` before our own explanation, which names the status; empty if there is none."""
    inner = message.replace("“", '"').replace("”", '"')
    return f"“{inner}” — " if message else ""


def _document(text: str) -> object:
    """What a body holds; a text that is no JSON stands for itself if it can be read."""
    text = text.strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        is_text = text[:1] not in ("{", "[", '"') and "\N{REPLACEMENT CHARACTER}" not in text
        return text if is_text else None


def _messages(document: object, depth: int) -> list[str]:
    """The messages in a part of a JSON document, each once."""
    if isinstance(document, str):
        return [document] if document.strip() else []
    if not depth:
        return []
    if isinstance(document, list):
        found = (_messages(part, depth - 1) for part in document[:_LOOKED_AT])
        return list(dict.fromkeys(message for messages in found for message in messages))
    if isinstance(document, dict):
        return _messages_of_object(document, depth)
    return []


def _messages_of_object(document: dict[str, object], depth: int) -> list[str]:
    parts = {name.lower(): part for name, part in document.items()}
    errors = parts.get("errors")
    by_field = list(errors.values()) if isinstance(errors, dict) else None
    # What is wrong with each field says more than that something is.
    for part in (parts.get("error"), errors, parts.get("messages"), by_field):
        if isinstance(part, dict | list) and (found := _messages(part, depth - 1)):
            return found
    by_name = (_messages(parts.get(name), depth - 1) for name in _NAMES)
    return next(filter(None, by_name), [])


def _line(text: str) -> str:
    """``text`` in one line, without markup and what is not seen."""
    shown = "".join(map(_shown, html.unescape(text)))
    without_tags = _REST_OF_TAG.sub("", _TAG.sub(" ", shown))
    return " ".join(without_tags.split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category.startswith("C") else character  # formats, surrogates, unassigned
