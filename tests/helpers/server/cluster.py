"""A PostgreSQL of a test's own, which may be stopped and may crash."""

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PROGRAMS = ("initdb", "pg_ctl", "pg_dump", "pg_restore", "createdb")
IS_ROOT = os.geteuid() == 0
#: PostgreSQL refuses to run as root.
AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups") if IS_ROOT else ()


class Cluster:
    """A PostgreSQL server that nobody else uses; a context manager.

    It listens on a socket only, in ``folder``, and has the user and the port of the tests' own.
    Unlike that of ``./dev`` it is durable: what it has committed survives a crash.
    """

    def __enter__(self):
        if missing := [name for name in PROGRAMS if not shutil.which(name)]:
            pytest.skip(f"needs to run a PostgreSQL, and there is no {', '.join(missing)}")
        # Not below pytest's folder: that one is its owner's alone, and a socket's path is short.
        self.folder = tempfile.mkdtemp(prefix="odoo-cluster.", dir="/tmp")
        self.data = Path(self.folder, "data")
        try:
            self._init()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info):
        if Path(self.data, "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def _init(self):
        if IS_ROOT:
            shutil.chown(self.folder, "nobody", "nogroup")
        user = os.environ.get("PGUSER") or getpass.getuser()
        self._run(
            *("initdb", f"--username={user}", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        )
        with Path(self.data, "postgresql.conf").open("a") as conf:
            conf.write(
                f"listen_addresses = ''\n"
                f"unix_socket_directories = '{self.folder}'\n"
                f"port = {os.environ.get('PGPORT') or 5432}\n"
            )

    def start(self):
        self._control("start", f"--log={self.folder}/server.log")

    def stop(self, mode):
        """``fast`` ends all sessions in order; ``immediate`` is a crash."""
        self._control("stop", f"--mode={mode}")

    def restart(self, mode):
        self.stop(mode)
        self.start()

    def _control(self, *arguments):
        self._run("pg_ctl", "--wait", "--silent", *arguments)

    def _run(self, program, *arguments):
        command = [*AS_NOBODY, program, f"--pgdata={self.data}", *arguments]
        subprocess.run(command, cwd="/", check=True)

    def copy(self, database):
        """Copy this database of the tests' own server; it has the same name here."""
        here = f"--host={self.folder}"
        with tempfile.NamedTemporaryFile() as dump:
            arguments = ["--format=custom", "--compress=0", f"--file={dump.name}"]
            subprocess.run(["pg_dump", *arguments, database], check=True)
            subprocess.run(["createdb", here, "--template=template0", database], check=True)
            arguments = [f"--dbname={database}", "--no-owner", "--single-transaction"]
            subprocess.run(["pg_restore", here, *arguments, dump.name], check=True)
        return database
