"""What is said of people is taken out of texts."""

from unittest import TestCase

from ...tools.discreet_log import without


class TestWithout(TestCase):
    def assertWithout(self, text, values, expected):
        self.assertEqual(without(text, values, "[customer]"), expected)

    def test_nothing_known(self):
        self.assertWithout("Ada is blocked.", [], "Ada is blocked.")

    def test_whatever_its_case(self):
        self.assertWithout("ADA is blocked.", ["Ada"], "[customer] is blocked.")

    def test_longer_first(self):
        self.assertWithout("Ada Lovelace", ["Ada", "Ada Lovelace"], "[customer]")

    def test_whole_words(self):
        self.assertWithout("Adamant", ["Ada"], "Adamant")

    def test_too_short_to_tell_anything(self):
        self.assertWithout("in NY", ["NY"], "in NY")

    def test_no_pattern(self):
        self.assertWithout("a.b and axb", ["a.b"], "[customer] and axb")
