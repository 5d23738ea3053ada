"""Texts that are stored once, and read in any language."""

import re
from unittest import TestCase

from ...tools.any_language import InAnyLanguage, capitalized, joined, read, said_by, stored, without

PORTUGUESE = {
    "late": "tarde",
    "%s is late": "%s está atrasado",
    "Found: %(what)s, %(number)s.": "Encontrado: %(what)s, %(number)s.",
    "Too many: %s": "%s %s",
}


class Writer:
    """Translates into no language."""

    def _(self, source, *values, **named):
        return source % (named or values) if named or values else source


ENGLISH = InAnyLanguage(Writer())


class TestAnyLanguage(TestCase):
    def assertRead(self, text, portuguese):
        content = stored(text)
        self.assertEqual(read(content, lambda source: source), text)
        again = read(content, PORTUGUESE.get)
        self.assertEqual(again, portuguese)
        self.assertEqual(stored(again).replace(portuguese, text), content)

    def test_text_is_read_in_each_language(self):
        late = ENGLISH._("late")
        for text, portuguese in (
            (late, "tarde"),
            (ENGLISH._("%s is late", "W-1"), "W-1 está atrasado"),
            (ENGLISH._("Found: %(what)s, %(number)s.", what=late, number=3),
             "Encontrado: tarde, 3."),
            ("“Não” (400). " + late, "“Não” (400). tarde"),
            (late + ".", "tarde."),
            (capitalized(late) + ".", "Tarde."),
            (capitalized(joined(", ", [late, late])), "Tarde, tarde"),
            (joined(" ", ["He is", None, "", late]), "He is tarde"),
        ):  # fmt: skip
            with self.subTest(text):
                self.assertRead(text, portuguese)

    def test_without_a_translation_that_fits_it_stays_as_it_was_written(self):
        for text in (ENGLISH._("was worded so once"), ENGLISH._("Too many: %s", 1)):
            with self.subTest(text):
                self.assertRead(text, text)

    def test_what_people_wrote_stays_as_it_is(self):
        for text in ("", "late", "100 % sure", '{"source": "late"}', joined(" ", ["a", "b"])):
            with self.subTest(text):
                self.assertEqual(stored(text), text)
                self.assertEqual(read(text, PORTUGUESE.get), text)

    def test_what_others_said_can_be_left_out(self):
        said = "“Não” (400). "
        text = joined(" ", [said + ENGLISH._("late"), ENGLISH._("%s is late", "W-1")])
        rest = without(text, re.compile("“.*” .*? "))
        self.assertRead(rest, "tarde W-1 está atrasado")
        self.assertNotIn("Não", stored(rest))
        self.assertEqual(without(said + "!", re.compile("“.*” .*? ")), "!")

    def test_nobody_can_pass_off_own_words_as_stored_ones(self):
        content = stored(stored(ENGLISH._("late"))[:])
        self.assertEqual(read(content, PORTUGUESE.get), content)
        self.assertTrue(content.startswith("{"))

    def test_what_an_error_says(self):
        self.assertRead(said_by(ValueError(ENGLISH._("late"))), "tarde")
        for error, text in ((ValueError("It broke."), "It broke."), (ValueError(), "")):
            self.assertEqual(stored(said_by(error)), text)
        self.assertEqual(stored(said_by(KeyError(7))), "7")
