"""How the addon is laid out: who imports whom, and in which order overrides are chained."""

import ast
import re
from pathlib import Path

from lxml import etree

from odoo.tests import BaseCase, TransactionCase, tagged

from ...controllers import access_log
from ...controllers.dispatcher import MarketplaceDispatcher, PageDispatcher
from ...tools import discreet_log, trusted_context
from ..helpers.chains import CHAINS
from ..helpers.context_keys import KNOWN_KEYS

ADDON = Path(__file__).resolve().parents[2]
ADDON_NAME = "marketplace_order_cancellation"
PREFIX = f"odoo.addons.{ADDON_NAME}."
MISSION = {"account", "access", "receipt", "service", "order", "transfer", "outbox"}
FEATURES = {"reading", "change", "log", "retention", "reporting", "health", "selftest"}
#: Folders of tests that Odoo does not load: plain pytest, and what all share.
NO_ODOO_TESTS = {"tools", "server", "helpers", "beside", "docs"}
LONGEST_TEST_FILE = 400  # lines
#: What belongs to features outside of their packages.
FEATURE_FILES = {
    "controllers/change.py",
    "controllers/hook.py",
    "data/marketplace_change.xml",
    "data/marketplace_health.xml",
    "data/marketplace_log.xml",
    "data/marketplace_reading.xml",
    "data/marketplace_reconciliation.xml",
    "data/marketplace_retention.xml",
    "data/marketplace_test.xml",
    "data/marketplace_told.xml",
    "views/digest_digest_views.xml",
    "views/marketplace_account_health_views.xml",
    "views/marketplace_cancellation_receipt_overview_views.xml",
    "views/marketplace_change_document_views.xml",
    "views/marketplace_change_views.xml",
    "views/marketplace_erasure_views.xml",
    "views/marketplace_log_views.xml",
    "views/marketplace_look_views.xml",
    "views/marketplace_part_views.xml",
    "views/marketplace_reading_views.xml",
    "views/marketplace_reconciliation_views.xml",
    "views/marketplace_reporting_views.xml",
    "views/marketplace_told_views.xml",
    "views/sale_order_test_views.xml",
    "wizard/marketplace_change_choice.py",
    "wizard/marketplace_erasure.py",
    "wizard/marketplace_hook_replacement.py",
    "wizard/marketplace_log_check.py",
    "wizard/marketplace_order_part.py",
}
#: Attributes of a view that people read, or that say how it looks.
LOOKS = {"class", "confirm", "help", "icon", "placeholder", "string", "style", "title"}


def imported(path):
    """The parts of the addon's modules that a file imports: ``{("tools", "lock"), …}``."""
    package = path.relative_to(ADDON).parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            module = tuple(node.module.split(".")) if node.module else ()
            found |= {(*base, *module, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(PREFIX):
            module = tuple(f"{node.module}."[len(PREFIX) :].split(".")[:-1])
            found |= {(*module, alias.name) for alias in node.names}
    return found


def defined(paths):
    """The methods, fields and models that classes in the files define."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            for child in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(child, ast.FunctionDef):
                    found.add(child.name)
                elif isinstance(child, ast.Assign):
                    found |= {target.id for target in child.targets}
                    if child.targets[0].id == "_name":
                        found.add(child.value.value)
    return found


def words_of(text):
    return set(re.findall(r"[\w.]+", text)) | set(re.findall(r"\w+", text))


def named_in_python(path):
    """The attributes, arguments and words in strings of a file; not what docstrings say."""
    tree = ast.parse(path.read_text())
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    told = {
        ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, kinds)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword):
            found.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set() if node.value in told else words_of(node.value)
    return found


def named_in_xml(path):
    """The words of a file's attributes and values, other than texts that people read."""
    found = set()
    for element in etree.parse(path).iter(etree.Element):
        for attribute, value in element.attrib.items():
            found |= set() if attribute in LOOKS else words_of(value)
        if element.tag == "field":
            found |= words_of(element.text or "")
    return found


def is_method(value):
    return callable(value) or isinstance(value, (classmethod, staticmethod))


def files_of(*folders):
    return [path for folder in folders for path in (ADDON / folder).rglob("*.py")]


@tagged("post_install", "-at_install")
class TestImports(BaseCase):
    def assertImportsNone(self, paths, is_forbidden):
        found = {
            f"{path.relative_to(ADDON)}: {'.'.join(parts)}"
            for path in paths
            for parts in imported(path)
            if is_forbidden(parts)
        }
        self.assertFalse(found)

    def test_mission_knows_no_feature(self):
        self.assertImportsNone(
            files_of(*(f"models/{package}" for package in MISSION)),
            lambda parts: parts[0] == "models" and parts[1] in FEATURES,
        )

    def test_mission_names_nothing_that_only_a_feature_has(self):
        """The mission asks features through hooks that exist, and return nothing, without them."""
        mission = files_of(*(f"models/{package}" for package in MISSION), "models/base")
        features = files_of(*(f"models/{package}" for package in FEATURES))
        models = {"marketplace.log.check", "marketplace.erasure"}  # of features' wizards
        names = (defined(features) | models) - defined(mission)
        names = {name for name in names if "_" in name or "." in name}  # others are words
        names -= {"sale_line_id"}  # Odoo's own, too
        self.assertIn("_count_by_state", names)
        others = [*files_of("controllers", "wizard"), ADDON / "hooks.py"]
        views = [path for folder in ("data", "views") for path in (ADDON / folder).glob("*.xml")]
        found = {
            f"{path.relative_to(ADDON)}: {', '.join(sorted(named))}"
            for paths, read in (([*mission, *others], named_in_python), (views, named_in_xml))
            for path in paths
            if str(path.relative_to(ADDON)) not in FEATURE_FILES
            if (named := read(path) & names)
        }
        self.assertFalse(found)

    def test_files_of_features_are_there(self):
        self.assertFalse({name for name in FEATURE_FILES if not (ADDON / name).exists()})

    def test_no_model_knows_a_controller(self):
        self.assertImportsNone(
            files_of("models", "wizard"), lambda parts: parts[0] == "controllers"
        )

    def test_controllers_know_no_file_of_models(self):
        self.assertImportsNone(files_of("controllers"), lambda parts: parts[0] == "models")

    def test_each_package_is_known_here(self):
        packages = {path.name for path in (ADDON / "models").iterdir() if path.is_dir()}
        self.assertEqual(packages - {"__pycache__"}, MISSION | FEATURES | {"base"})

    def test_each_file_is_loaded(self):
        for package in (ADDON / "models").iterdir():
            if (package / "__init__.py").exists():
                loaded = {parts[-1] for parts in imported(package / "__init__.py")}
                here = {path.stem for path in package.glob("*.py")} - {"__init__"}
                self.assertEqual(loaded, here, package.name)


@tagged("post_install", "-at_install")
class TestTests(BaseCase):
    def test_no_file_of_tests_is_too_long(self):
        lengths = {path: len(path.read_text().splitlines()) for path in files_of("tests")}
        self.assertEqual({p: n for p, n in lengths.items() if n > LONGEST_TEST_FILE}, {})

    def test_each_file_of_tests_is_loaded(self):
        loaded = {parts[1:] for parts in imported(ADDON / "tests" / "__init__.py")}
        here = {(path.parent.name, path.stem) for path in files_of("tests")}
        here = {parts for parts in here if parts[1].startswith("test_")}
        self.assertEqual(loaded, {parts for parts in here if parts[0] not in NO_ODOO_TESTS})

    def test_no_file_of_tests_imports_another(self):
        """Odoo and pytest would run the tests of the classes that it imports once more."""
        for path in files_of("tests"):
            if path.name != "__init__.py":
                names = {part for parts in imported(path) for part in parts}
                self.assertFalse({name for name in names if name.startswith("test_")}, path)


@tagged("post_install", "-at_install")
class TestChains(TransactionCase):
    def chains(self):
        found = {}
        for name, model in self.env.registry.items():
            for kind in model.mro():
                if not kind.__module__.startswith(f"{PREFIX}models."):
                    continue
                for attribute, value in vars(kind).items():
                    if is_method(value):
                        links = found.setdefault(f"{name}.{attribute}", [])
                        links.append(kind.__module__[len(PREFIX) + len("models.") :])
        return {name: links for name, links in found.items() if len(links) > 1}

    def overrides(self):
        """``model.method`` of Odoo's models that the addon overrides, where it does so itself."""
        found = set()
        for name, model in self.env.registry.items():
            kinds = model.mro()
            ours = [
                kind
                for kind in kinds
                if kind.__module__.startswith(PREFIX) and vars(kind).get("_name") == name
            ]
            if model._original_module == ADDON_NAME:
                continue
            others = [kind for kind in kinds if not kind.__module__.startswith(PREFIX)]
            for attribute in {key for kind in ours for key in vars(kind)}:
                links = [vars(kind)[attribute] for kind in others if attribute in vars(kind)]
                if any(map(is_method, links)) and not attribute.startswith("__"):
                    found.add(f"{name}.{attribute}")
        return found

    def test_page_on_what_changes_in_odoo_is_complete(self):
        page = (ADDON / "docs" / "what-it-changes-in-odoo.md").read_text()
        named = set(re.findall(r"`([\w.]+\.\w+)`", page.split("## In the whole process")[0]))
        named = {name for name in named if not name.endswith(".py")} - {"res.users"}
        self.assertEqual(named, self.overrides())
        for kind in (
            MarketplaceDispatcher,
            PageDispatcher,
            access_log._RedactTokens,
            discreet_log._LeaveMessagesOut,
            *trusted_context._TrustedValue.__subclasses__(),
        ):
            self.assertIn(f"`{kind.__name__}`", page)
        for key in KNOWN_KEYS:
            self.assertIn(f"`{key}`", page)

    def test_overrides_are_called_in_this_order(self):
        self.maxDiff = None
        self.assertEqual(self.chains(), CHAINS)
