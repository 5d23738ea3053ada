"""What somebody has written, inside of a sentence of ours."""

from unittest import TestCase

from ...tools.quote import listing, quoted


class TestQuote(TestCase):
    def test_full_stop_is_not_doubled(self):
        for text, expected in (
            ("It is packed.", "It is packed"),
            (" late\n", "late"),
            ("It is packed. ", "It is packed"),
            ("Why?", "Why?"),
            ("I waited...", "I waited..."),
            ("", ""),
            (".", ""),
        ):
            with self.subTest(text):
                self.assertEqual(quoted(text), expected)

    def test_listing_ends_with_one_full_stop(self):
        for things, expected in (
            (["A"], "Gone: A."),
            (["It is packed.", "B"], "Gone: It is packed; B."),
            (["A", "Ask them."], "Gone: A; Ask them."),
        ):
            with self.subTest(things):
                self.assertEqual(listing("Gone: %s", things), expected)
