"""Builds the addon's packages: a zip for the app store, a wheel and a source distribution.

``build.py REPOSITORY FOLDER``: all three hold the same files, which git knows, as they are now.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import whool.buildapi
from readme import readme_of_package

ADDON = "marketplace_order_cancellation"
#: What is for those who develop the addon; by the beginning of the path.
_NOT_PACKED = (
    ".",
    "CONTRIBUTING.md",
    "dev",  # and devtools
    "docs/RELEASING.md",
    "pyproject.toml",
    "tests/beside/",
    "tests/docs/",
    "tests/helpers/server/",
    "tests/server/",
)
_PYPROJECT = '[build-system]\nrequires = ["whool>=1.3"]\nbuild-backend = "whool.buildapi"\n'


def check_version(repository):
    """End unless the manifest, the newest section of the changelog and a tag here agree."""
    version = ast.literal_eval((repository / "__manifest__.py").read_text())["version"]
    newest = re.search(r"^## (\S+)", (repository / "CHANGELOG.md").read_text(), re.MULTILINE)[1]
    tags = _git(repository, "tag", "--points-at", "HEAD").split()
    if {newest, *tags} != {version}:
        sys.exit(f"manifest: {version}, CHANGELOG.md: {newest}, tags of this commit: {tags}")


def _git(repository, *words):
    command = ("git", *words)
    return subprocess.run(
        command, cwd=repository, check=True, capture_output=True, text=True
    ).stdout


def stage(repository, folder):
    """Copy what is packed from ``repository`` to ``folder``."""
    for name in filter(None, _git(repository, "ls-files", "-z").split("\0")):
        if name.startswith(_NOT_PACKED):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(repository / name, target)
    readme = folder / "README.md"
    readme.write_text(readme_of_package(readme.read_text()))


def build(repository, folder):
    """Write the three packages into ``folder``."""
    check_version(repository)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        addon = Path(temporary, ADDON)
        stage(repository, addon)
        archive = shutil.make_archive(os.fspath(addon), "zip", temporary, ADDON)
        (addon / "pyproject.toml").write_text(_PYPROJECT)
        os.chdir(addon)  # as PEP 517 wants it
        whool.buildapi.build_wheel(os.fspath(folder))
        source = whool.buildapi.build_sdist(folder)
        version = source.removesuffix(".tar.gz").rpartition("-")[2]
        shutil.move(archive, folder / f"{ADDON}-{version}.zip")


if __name__ == "__main__":
    build(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
