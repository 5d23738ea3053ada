"""What ``./dev package`` builds, as others get it."""

import os
import shlex
import subprocess

KINDS = {".zip": "zip", ".whl": "wheel", ".gz": "source"}


def build(folder):
    """Build today's packages into ``folder``: ``{kind: file}``."""
    run("MARKETPLACE_TEST_PACKAGE", folder)
    return {KINDS[path.suffix]: path for path in folder.iterdir()}


def unzip(path, folder):
    """Unpack a zip into ``folder``, which becomes a folder of addons."""
    subprocess.run(["python3", "-m", "zipfile", "-e", path, folder], check=True)


def run(variable, *words):
    """Run the command that ``./dev test`` has stored in this variable of the environment."""
    command = [*shlex.split(os.environ[variable]), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
