"""How plain Python has texts translated."""

from typing import Protocol


class Translator(Protocol):
    """What translates a text and fills it in: Odoo's environments do."""

    def _(self, source: str, *values: object, **named: object) -> str: ...
