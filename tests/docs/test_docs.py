"""Pictures, links and names in the documentation are those that there are."""

import re
from pathlib import Path

import polib

from odoo.modules import Manifest
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

from ...devtools.screenshots.pictures import PICTURES

NAME = "marketplace_order_cancellation"
ADDON = Path(__file__).parents[2]
DOCS = ADDON / "docs"
PAGE = ADDON / "static" / "description" / "index.html"
GUIDES = sorted(DOCS.glob("guide-*.md"))
TEXTS = [*sorted(ADDON.glob("*.md")), *sorted(DOCS.glob("*.md"))]

#: Pictures that are not taken from the demo.
DRAWN = {"docs/benchmark/results.svg", "static/description/icon.png"}
#: Whose words stand on the screens that the guides lead through.
ODOO = ("base", "base_setup", "mail", "sale", "sale_stock", "sales_team", "stock", "web")
LARGEST = 250 * 1024  # bytes
#: What code says to people.
SAID = {
    "py": re.compile(r'_(?:lt)?\(\s*"([^"]+)"'),
    "js": re.compile(r'_t\(\s*"([^"]+)"'),
    "xml": re.compile(r'(?:>|title=")([^<>"]+)[<"]'),
}
SAID_IN = (("models", "py"), ("tools", "py"), ("static/src", "js"), ("static/src", "xml"))


class Records(TranslationModuleReader):
    """The addon's views, fields and other records, without its code."""

    def __init__(self, cr):
        super().__init__(cr, modules=[NAME])

    def _export_translatable_resources(self):
        """Leave the code alone: it would be looked for in ``.dev`` as well."""


def links(path):
    """What a text or a page links to or shows: (is a picture, target)."""
    text = path.read_text()
    if path.suffix == ".html":
        found = re.findall(r'(src|href)="([^"]*)"', text)
        return [(kind == "src", target) for kind, target in found]
    return [(bool(mark), target) for mark, target in re.findall(r"(!?)\[[^]]*\]\(([^)]+)\)", text)]


def pictures(path):
    """The pictures that a text shows, by their place in the addon."""
    return {
        (path.parent / target).resolve().relative_to(ADDON.resolve()).as_posix()
        for is_picture, target in links(path)
        if is_picture
    }


def anchors(path):
    """What headings of a text can be linked to as, on GitHub and elsewhere."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@tagged("post_install", "-at_install")
class TestPictures(BaseCase):
    def test_each_is_taken_from_the_demo_and_each_taken_is_shown(self):
        manifest = Manifest.for_addon(NAME)
        shown = set(manifest["images"]).union(*map(pictures, [*TEXTS, PAGE]))
        self.assertEqual(shown - DRAWN, {picture.path for picture in PICTURES})

    def test_each_is_there_and_small(self):
        for path in [*DRAWN, *(picture.path for picture in PICTURES)]:
            with self.subTest(path):
                self.assertLess((ADDON / path).stat().st_size, LARGEST)

    def test_none_is_left_over(self):
        there = {
            path.relative_to(ADDON).as_posix()
            for folder in (DOCS / "images", PAGE.parent)
            for path in folder.glob("*.png")
        }
        self.assertEqual(there - DRAWN, {picture.path for picture in PICTURES})

    def test_each_says_what_it_shows(self):
        for path in [*TEXTS, PAGE]:
            with self.subTest(path.name):
                text = path.read_text()
                self.assertNotRegex(text, r"!\[\s*\]")
                self.assertNotRegex(text, r"<img(?![^>]*\balt=\"[^\"]+\")")


@tagged("post_install", "-at_install")
class TestLinks(BaseCase):
    def test_they_lead_somewhere(self):
        for path in TEXTS:
            for _is_picture, target in links(path):
                if re.match(r"https?:", target):
                    continue
                file, _, anchor = target.partition("#")
                linked = (path.parent / file).resolve() if file else path
                with self.subTest(path.name, target=target):
                    self.assertTrue(linked.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(linked))

    def test_the_page_of_the_app_store_stands_alone(self):
        """The app store takes no scripts, and shows what lies beside the page."""
        self.assertNotRegex(PAGE.read_text(), r"(?i)<script|<style|<link|\bon\w+=|javascript:")
        for _is_picture, target in links(PAGE):
            with self.subTest(target):
                self.assertTrue(target.startswith("#") or (PAGE.parent / target).is_file())


@tagged("post_install", "-at_install")
class TestRules(BaseCase):
    def test_where_rules_are_said_to_be_there_are_files_and_functions_of_these_names(self):
        text = (ADDON / "CONTRIBUTING.md").read_text()
        table = text.split("### Where a rule is")[1].split("\n\n")[1]
        named, code = [], ""
        for name in re.findall(r"`([\w/.]+)`", table):
            if name.endswith(".py"):
                code = (ADDON / name).read_text()
            else:
                named.append(name)
                with self.subTest(name):
                    self.assertRegex(code, rf"def {name}\(")
        self.assertGreater(len(named), 20)


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    def test_what_guides_call_by_name_is_called_so_on_the_screen(self):
        known = self.words_of_addon() | self.words_of_odoo()
        self.assertEqual(len(GUIDES), 3)
        for guide in GUIDES:
            named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", guide.read_text())
            self.assertGreater(len(named), 15)
            parts = {part for name in named for part in " ".join(name.split()).split(" → ")}
            with self.subTest(guide.name):
                self.assertFalse(parts - known)

    def words_of_addon(self):
        """What it says now: the template of its languages may be older."""
        terms = {term.strip() for _m, _type, _name, _id, term, *_rest in Records(self.env.cr)}
        for folder, suffix in SAID_IN:
            for path in (ADDON / folder).rglob(f"*.{suffix}"):
                terms.update(term.strip() for term in SAID[suffix].findall(path.read_text()))
        return terms | {Manifest.for_addon(NAME)["name"]}

    def words_of_odoo(self):
        return {
            entry.msgid.strip()
            for module in ODOO
            for entry in polib.pofile(file_path(f"{module}/i18n/{module}.pot"))
        }
