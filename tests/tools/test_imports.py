"""Plain Python stays plain: it imports neither Odoo nor what of the addon needs Odoo."""

import ast
import sys
from pathlib import Path
from unittest import TestCase

TOOLS = Path(__file__).parents[2] / "tools"
#: What ``devtools/requirements-plain.txt`` installs for it.
THIRD_PARTY = {"dateutil", "psycopg2", "requests", "urllib3"}


def imported(path):
    """The modules that the file at ``path`` imports, anywhere in it; of the addon's the files."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield node.module
                continue
            package = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            yield from (package if node.module else package / name.name for name in node.names)


def is_plain(module):
    if isinstance(module, Path):
        return module.is_relative_to(TOOLS)
    return module.partition(".")[0] in sys.stdlib_module_names | THIRD_PARTY


class TestImports(TestCase):
    def test_nothing_but_plain_python(self):
        files = sorted(TOOLS.rglob("*.py"))
        self.assertGreater(len(files), 20)
        self.assertEqual(
            [
                f"{path.relative_to(TOOLS)} imports {module}"
                for path in files
                for module in imported(path)
                if not is_plain(module)
            ],
            [],
        )
