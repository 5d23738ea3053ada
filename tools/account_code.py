"""The code of an account: the part of its address that names it."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import count

CODE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
#: A proposal is at most this long, so that there is room for a number.
_LONGEST = 48
#: Proposed for a name without Latin letters or digits.
_NAMELESS = "marketplace"


def alike(code: str) -> str:
    """The form in which two codes are equal if the server's settings cannot tell them apart."""
    return code.replace("-", "_")


def propose_code(name: str, taken: Iterable[str]) -> str:
    """A code for an account called ``name`` that is none of ``taken``, nor like one of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    code = plain[:_LONGEST].rstrip("-") or _NAMELESS
    used = {alike(other) for other in taken}
    others = (f"{code}-{number}" for number in count(2))
    return code if alike(code) not in used else next(c for c in others if alike(c) not in used)
