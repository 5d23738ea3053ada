"""What can be an ID: the same on the wire and on an order, or the two would never meet."""

import re

#: Longest ID that is taken, in characters. The longest documented one has 32.
MAX_ID_LENGTH = 128

#: Control characters, what nobody sees, and what turns the direction of a text.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates, which PostgreSQL does not store; nor does it NUL
)
#: Blanks that look like the usual one, and are another character.
_OTHER_BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_UNFIT = re.compile(f"[{_HIDDEN}{_OTHER_BLANKS}]")
_SHOWN = f"[^ {_HIDDEN}{_OTHER_BLANKS}]"
_CORE = re.compile(f"{_SHOWN}(?:.*{_SHOWN})?", re.DOTALL)


def trim_id(text: str) -> str:
    """Return ``text`` without the blanks and invisible characters around it."""
    core = _CORE.search(text)
    return core.group() if core else ""


def flaw_of_id(text: str) -> str | None:
    """Why ``text`` cannot be an ID, None if it can.

    :return: ``empty``, ``long``, ``unfit`` (blanks around it, or characters that nobody sees), or
        ``step`` (a step in an address: no call to the marketplace could name it)
    """
    if len(text) > MAX_ID_LENGTH:
        return "long"
    if not trim_id(text):
        return "empty"
    if text != text.strip(" ") or _UNFIT.search(text):
        return "unfit"
    return "step" if text in (".", "..") else None
