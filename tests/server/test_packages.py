"""What ./dev package builds is installed and works: a zip, a wheel and a source distribution."""

import ast
import os
import re
from pathlib import Path

import pytest
from caller import Caller, states
from odoo_cli import ADDON, addons_path, call, complaints, install
from odoo_server import OdooServer, base_database, database_copy, only_long
from package_tests import count_modules
from packages import run

#: What a wheel and a source distribution need to be one.
OF_THE_KIND = {"PKG-INFO", "pyproject.toml"}
LINK = re.compile(r"\]\((?!https?:|#)([^)#]*)")
DEVELOPERS = re.compile(r"dev|\.|CONTRIBUTING|pyproject|tests/(server|docs|beside|helpers/server)/")


@pytest.fixture(scope="module")
def addons(packages, addons_of_zip, tmp_path_factory):
    """The folders of addons in which each package has been installed, by its kind."""
    assert set(packages) == {"zip", "wheel", "source"}
    found = {"zip": addons_of_zip}
    for kind in ("wheel", "source"):
        target = tmp_path_factory.mktemp(kind)
        options = ["--no-deps", "--no-index", "--no-build-isolation", f"--target={target}"]
        run("MARKETPLACE_TEST_PIP", "install", *options, packages[kind])
        found[kind] = target / "odoo/addons"
    return found


def files(addons):
    addon = addons / ADDON
    paths = (path for path in addon.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {
        name: path.read_bytes()
        for path in paths
        if (name := str(path.relative_to(addon))) not in OF_THE_KIND
    }


def test_they_hold_the_same_files(addons):
    packed = files(addons["zip"])
    assert packed
    for kind in ("wheel", "source"):
        assert files(addons[kind]) == packed, kind


def test_they_hold_the_addon_and_nothing_of_its_developers(addons):
    packed = files(addons["zip"])
    assert [name for name in packed if DEVELOPERS.match(name)] == []
    manifest = ast.literal_eval(packed["__manifest__.py"].decode())
    for name in (*manifest["data"], *manifest["demo"], *manifest["images"], "LICENSE"):
        assert name in packed, name
    assert any(name.startswith("tests/order/") for name in packed)


def test_readme_stands_alone(addons):
    packed = files(addons["zip"])
    readme = packed["README.md"].decode()
    assert "## Install it into your own Odoo 19" in readme
    assert "./dev" not in readme
    assert LINK.findall(readme) == []
    for name in re.findall(r"`((?:docs|static)/[^`]+)`", readme):
        assert name in packed, name


def test_links_of_the_guides_lead_to_files_of_the_package(addons):
    packed = files(addons["zip"])
    for name, content in packed.items():
        if name.endswith(".md"):
            for link in LINK.findall(content.decode()):
                target = os.path.normpath(Path(name).parent / link)
                assert target in packed, (name, link)


@pytest.mark.parametrize("kind", ["zip", "wheel", pytest.param("source", marks=only_long)])
def test_installed_it_cancels_an_order(addons, kind, monkeypatch):
    folder = addons[kind]
    if kind != "zip":  # found in Python's path, beside Odoo, and not in the addons path
        site, folder = folder.parent.parent, Path(os.environ["ODOO_HOME"], "odoo", "addons")
        monkeypatch.setenv("PYTHONPATH", f"{os.environ['ODOO_HOME']}{os.pathsep}{site}")
    path = addons_path(folder)
    assert kind == "zip" or str(addons[kind]) not in path
    with database_copy(f"package_{kind}", base_database()) as database:
        assert complaints(install(database, folder)) == []
        with OdooServer(database, options=[f"--addons-path={path}"]) as server:
            (order,) = server.execute(
                "sale.order", "search", [("marketplace_order_id", "=", "959311095")]
            )
            account = server.ref(f"{ADDON}.account_demo")
            answer = Caller(server, account, "demo").cancel("959311095")
            assert answer.status_code == 200, answer.text
            assert answer.json()["marketplaceOrderId"] == "959311095"
            assert states(server, order) == ("cancel", {"cancel"})


def test_its_tests_can_be_loaded(addons):
    """By Odoo's own runner, which imports them all from the package."""
    with database_copy("package_tests") as database:
        assert call(database, count_modules, addons["zip"]) > 100
