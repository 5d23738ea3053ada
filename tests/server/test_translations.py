"""Whatever the addon says is in its template, and in each of its languages."""

import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import polib
import pytest
from languages import titles_in
from odoo_cli import ADDON, PATIENCE, addons_path, call, command
from odoo_server import database_copy

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "i18n" / f"{ADDON}.pot"
LANGUAGES = {path.stem: path for path in (ROOT / "i18n").glob("*.po")}
#: What stands for values, and the parts of a page, are the same in every language.
MARKS = re.compile(r"%\(\w+\)[sd]|%[sd]|\$\{\w+\}|</?\w+")


@pytest.fixture(scope="module")
def database():
    with database_copy("translations") as database:
        yield database


def terms(file):
    return {entry.msgid for entry in polib.pofile(file)}


def test_template_has_every_term(database, tmp_path):
    """Odoo looks into every folder of the addon, so it gets one without its tools."""
    shutil.copytree(
        ROOT, tmp_path / ADDON, ignore=shutil.ignore_patterns(".*", "tests", "devtools")
    )
    conf = ConfigParser(interpolation=None)
    conf.read(os.environ["MARKETPLACE_TEST_CONF"])
    conf["options"]["addons_path"] = addons_path(tmp_path)
    with (tmp_path / "odoo.conf").open("w") as file:
        conf.write(file)
    exported = tmp_path / "exported.pot"
    words = command(database, "i18n", "export", f"--output={exported}", ADDON)
    words += [f"--config={tmp_path / 'odoo.conf'}"]  # the last one counts
    subprocess.run(words, check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    assert terms(str(exported)) == terms(str(TEMPLATE)), "./dev translate brings it up to date"


def test_languages_are_spanish_and_portuguese():
    assert set(LANGUAGES) == {"es", "pt_BR"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_is_complete(name):
    done = {entry.msgid for entry in polib.pofile(str(LANGUAGES[name])) if entry.translated()}
    assert done == terms(str(TEMPLATE))


@pytest.mark.parametrize("name", LANGUAGES)
def test_marks_are_kept(name):
    for entry in polib.pofile(str(LANGUAGES[name])):
        assert sorted(MARKS.findall(entry.msgstr)) == sorted(MARKS.findall(entry.msgid)), entry


def test_each_speaks_its_language(database):
    expected = {"es_ES": "Cancelaciones", "pt_BR": "Cancelamentos"}
    assert call(database, titles_in, codes=list(expected)) == expected
