"""What somebody has written, inside of a sentence of ours."""

from unittest import TestCase

from ...tools.quote import quoted


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
