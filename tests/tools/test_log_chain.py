"""The log's chain: each entry is hashed together with the one before it."""

from datetime import datetime
from unittest import TestCase

from ...tools.log_chain import GENESIS, Break, Entry, chain, follow, link, read_head

NOON = datetime(2026, 1, 31, 12)


def entries(*digests):
    """New entries of account 7, with the IDs 11, 12 …, that say these ``digests``."""
    return [
        (11 + place, Entry(7, 0, 1, None, digest, NOON, None))
        for place, digest in enumerate(digests)
    ]


def log(*digests, number=0, last_hash=GENESIS):
    """The entries as they are stored once they are chained."""
    new = entries(*digests)
    return [
        entry._replace(number=number, hash=digest)
        for (_id, entry), (_same, number, digest) in zip(
            new, chain(new, number, last_hash), strict=True
        )
    ]


class TestLogChain(TestCase):
    def test_hash_is_the_same_wherever_it_is_made(self):
        entry = Entry(7, 1, 1, None, "a", NOON, None)
        self.assertEqual(
            link(GENESIS, entry),
            "6184139d3861d69828c5c4f7b0fff041cb7a783beeef554089dccdd357d7430a",
        )
        self.assertEqual(
            link(GENESIS, entry._replace(noted_at=NOON.replace(microsecond=1))),
            link(GENESIS, entry),
        )

    def test_each_entry_is_hung_on_the_one_before(self):
        first, second = log("a", "b")
        self.assertEqual([first.number, second.number], [1, 2])
        self.assertEqual(first.hash, link(GENESIS, first))
        self.assertEqual(second.hash, link(first.hash, second))

    def test_what_follows_goes_on_where_the_chain_ended(self):
        first, second = log("a", "b")
        self.assertEqual(log("b", number=1, last_hash=first.hash), [second])

    def test_chain_holds(self):
        self.assertEqual(list(follow(log("a", "b", "c"))), [])
        self.assertEqual(list(follow([])), [])

    def test_cut_chain_holds_from_where_it_begins(self):
        first, *others = log("a", "b", "c")
        self.assertEqual(list(follow(others, 1, first.hash)), [])
        self.assertEqual(list(follow(others)), [Break("missing", 1, 1)])

    def test_each_break_is_told_once(self):
        first, second, third, fourth = log("a", "b", "c", "d")
        changed = second._replace(digest="other")
        self.assertEqual(list(follow([first, changed, third, fourth])), [Break("changed", 2, 2)])
        self.assertEqual(list(follow([first, fourth])), [Break("missing", 2, 3)])

    def test_hash_that_was_made_anew_breaks_the_next_one(self):
        first, second, third = log("a", "b", "c")
        changed = second._replace(digest="other")
        changed = changed._replace(hash=link(first.hash, changed))
        self.assertEqual(list(follow([first, changed, third])), [Break("changed", 3, 3)])

    def test_head_is_read_as_people_write_it(self):
        digest = "0a" * 32
        for text in (f"12:{digest}", f" 12 {digest} ", f"12 : {digest}"):
            self.assertEqual(read_head(text), (12, digest))
        for text in ("", "12", digest, f"12:{digest}0", f"-1:{digest}"):
            self.assertIsNone(read_head(text))
