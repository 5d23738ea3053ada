"""Finds a text again in HTML that it was written into."""

import html
import re
from collections.abc import Iterable

#: What may stand between two words of a text that was written into HTML.
_BETWEEN = r"(?:\s|&nbsp;|<br\s*/?>|</p>\s*<p>)+"


def find_in_html(texts: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each of the ``texts`` as a whole, however it was escaped."""
    found = [
        _BETWEEN.join(map(_any_form, text.split()))
        for text in sorted(texts, key=len, reverse=True)  # one may begin with another
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)")


def _any_form(word: str) -> str:
    in_text = html.escape(word, quote=False)
    in_value = in_text.replace("'", "&#39;").replace('"', "&#34;")  # as Markup has them
    return f"(?:{'|'.join(map(re.escape, {word, in_text, in_value}))})"
