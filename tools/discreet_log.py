"""Keeps messages of errors out of the server's log: it gets the kind of an error and the place, not
the text.

An error's message may name the shopper: PostgreSQL's details show whole rows, and Odoo logs failed
statements with their values.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from traceback import format_tb
from urllib.parse import unquote, urlsplit

import psycopg2

from .inbound.path import is_own

_discreet = ContextVar("discreet", default=False)

#: A text in a statement, as psycopg2 writes it.
_LITERAL = re.compile(r"'(?:[^']|'')*'")


@contextmanager
def discreet() -> Iterator[None]:
    """Leave the messages out of what Odoo logs of errors in this context.

    A marketplace's call needs no such context: its address shows it, see :func:`_is_discreet`.
    """
    token = _discreet.set(True)
    try:
        yield
    finally:
        _discreet.reset(token)


def kind_of(error: BaseException) -> str:
    """The name of an error, with PostgreSQL's code and the constraint in the way."""
    name = type(error).__name__
    if not isinstance(error, psycopg2.Error):
        return name
    known = [error.pgcode, error.diag.constraint_name]
    return " ".join([name, *(f"({value})" for value in known if value)])


def outline(error: BaseException | None) -> str:
    """The traceback of an error and of its causes, with their kinds instead of their messages."""
    chain: list[BaseException] = []
    while error is not None and not any(error is other for other in chain):
        chain.append(error)
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return "\n".join(
        f"{''.join(format_tb(error.__traceback__))}{kind_of(error)}" for error in reversed(chain)
    )


#: Shorter values, such as a state in the field of the city, identify nobody.
_SHORTEST = 3


def without(text: str, values: Iterable[str], instead: str) -> str:
    """``text`` with ``instead`` in place of each of ``values`` that is a word or several in it."""
    # the longer first, as one may begin with another
    named = sorted((own for own in values if len(own) >= _SHORTEST), key=len, reverse=True)
    if not named:
        return text
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, named))})(?!\w)"
    return re.sub(pattern, lambda _name: instead, text, flags=re.IGNORECASE)


def discreet_logger(name: str) -> logging.Logger:
    """The logger of that name, which leaves the messages of errors out wherever it is used."""
    logger = logging.getLogger(name)
    logger.addFilter(_LeaveMessagesOut(always=True))
    return logger


class _LeaveMessagesOut(logging.Filter):
    def __init__(self, always: bool = False) -> None:
        super().__init__()
        self.always = always

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.DEBUG and (self.always or _is_discreet()):
            if record.exc_info:
                record.exc_text = outline(record.exc_info[1])
                record.exc_info = None
            if isinstance(record.msg, BaseException):
                record.msg = kind_of(record.msg)
            if isinstance(record.args, tuple):
                record.args = tuple(map(_without_values, record.args))
        return True


def _is_discreet() -> bool:
    """Whether such a context is on, or a call is answered: Odoo notes its address on the thread."""
    if _discreet.get():
        return True
    address = getattr(threading.current_thread(), "url", None) or ""
    return is_own(unquote(urlsplit(address).path))


def _without_values(value: object) -> object:
    if isinstance(value, BaseException):
        return kind_of(value)
    if isinstance(value, bytes):  # a statement
        value = value.decode(errors="replace")
    return _LITERAL.sub("'…'", value) if isinstance(value, str) else value


# Odoo's own that are told of errors.
for _name in ("odoo.sql_db", "odoo.http", "odoo.addons.base.models.ir_http"):
    logging.getLogger(_name).addFilter(_LeaveMessagesOut())
