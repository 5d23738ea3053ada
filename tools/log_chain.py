"""The log's chain: each entry is hashed together with the hash of the one before it.

Plain Python: what is hashed depends on nothing but the entries' values, so that a copy of the
database, on another server and of another version, gives the same hashes.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

#: What the first entry of a log is hashed with.
GENESIS = "0" * 64
_HEAD = re.compile(r"\s*([0-9]{1,10})\s*[:\s]\s*([0-9a-f]{64})\s*")


class Entry(NamedTuple):
    """One entry, as it is hashed.

    :param number: 1, 2, 3 … in its account's log
    :param delivery_id: None where the entry is of the receipt itself
    :param digest: of what the receipt or arrival said; None when the receipt was deleted
    :param noted_at: naive, UTC, to the second
    :param hash: as it is stored; None before it is known
    """

    account_id: int
    number: int
    receipt_id: int
    delivery_id: int | None
    digest: str | None
    noted_at: datetime
    hash: str | None


def link(previous_hash: str | None, entry: Entry) -> str:
    """The hash of ``entry``, whose predecessor has ``previous_hash``."""
    noted_at = entry.noted_at.replace(microsecond=0).isoformat(" ")
    values = [previous_hash, *entry[:5], noted_at]
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


def chain(
    entries: Iterable[tuple[int, Entry]], number: int, last_hash: str
) -> Iterator[tuple[int, int, str]]:
    """``(ID, number, hash)`` of new entries that follow the one with ``number`` and ``last_hash``.

    :param entries: ``(ID, entry)``, in their order
    """
    for entry_id, entry in entries:
        number += 1
        last_hash = link(last_hash, entry._replace(number=number))
        yield entry_id, number, last_hash


def read_head(text: str) -> tuple[int, str] | None:
    """Number and hash of an entry that somebody wrote down, None if ``text`` is no such thing."""
    match = _HEAD.fullmatch(text)
    return (int(match[1]), match[2]) if match else None


class Break(NamedTuple):
    """Where a chain does not hold: entries from ``first`` to ``last`` are gone or were changed."""

    kind: str
    first: int
    last: int


MISSING, CHANGED = "missing", "changed"


def follow(
    entries: Iterable[Entry], number: int = 0, last_hash: str | None = GENESIS
) -> Iterator[Break]:
    """The :class:`Break` s of a chain, one by one.

    After a break, the stored hash counts, so that each break is reported once. A changed entry
    breaks the chain at its place; if its hash was made anew as well, the next entry does.

    :param entries: of one account, by number
    :param number: of the entry before the first, whose hash is ``last_hash``
    """
    for entry in entries:
        if entry.number != number + 1:
            yield Break(MISSING, number + 1, entry.number - 1)
        elif entry.hash != link(last_hash, entry):
            yield Break(CHANGED, entry.number, entry.number)
        number, last_hash = entry.number, entry.hash
