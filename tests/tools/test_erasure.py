"""Texts of people are found in HTML as a whole, however they were escaped."""

from unittest import TestCase

from ...tools.erasure import find_in_html

#: What no shop wants to read in a reason, and what HTML makes of it.
REASON = "Mrs O'Hara & son\nmoved to 5 <High> Street"


class TestPattern(TestCase):
    def test_found_however_it_was_escaped(self):
        pattern = find_in_html({REASON})
        for text in (
            REASON,
            "Mrs O&#39;Hara &amp; son\nmoved to 5 &lt;High&gt; Street",
            "Mrs O'Hara &amp; son<br/>moved to 5 &lt;High&gt; Street",
            "Mrs O'Hara &amp; son <br>moved to 5 &lt;High&gt; Street",
        ):
            with self.subTest(text):
                self.assertEqual(
                    pattern.sub("-", f"<p>Reason: “{text}”.</p>"), "<p>Reason: “-”.</p>"
                )

    def test_whole_texts_and_the_longer_first(self):
        pattern = find_in_html({"No", "No more"})
        self.assertEqual(
            pattern.sub("-", "No more. Nothing. No. Nor No-one"), "-. Nothing. -. Nor --one"
        )

    def test_quotes_in_a_value(self):
        pattern = find_in_html({'The "big" one'})
        self.assertEqual(pattern.sub("-", "<p>The &#34;big&#34; one</p>"), "<p>-</p>")
