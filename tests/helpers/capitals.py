"""Translates without Odoo, so that a test sees what was translated."""


class Capitals:
    """Translates as Odoo's environment does, into capital letters."""

    def _(self, source, *values, **named):
        given = values or named
        return (source % given if given else source).upper()


ENV = Capitals()
