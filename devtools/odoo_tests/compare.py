"""Compares two records of Odoo's own tests: without the addon, and with it.

``compare.py WITHOUT WITH [--table FILE]``: fails if a test fails with the addon alone, was not run
with it, or counts more statements with it. FILE gets a table of the modules.
"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

_HEAD = (
    "# Odoo's own tests",
    "",
    "How they end without the addon and with it, in a database with the modules that touch sales",
    "and stock. `./dev test --odoo --long` runs them, and writes this page. Some fail either way,",
    "beside other modules of Odoo.",
    "",
)
_NOTHING = ("Nothing fails with the addon alone, and nothing takes more statements.",)


def faults(without, beside):
    """Return a line for each test that the addon changes for the worse."""
    lines = []
    for name, before in without.items():
        after = beside.get(name)
        if after is None:
            lines.append(f"{name}: not run with the addon")
        elif before["outcome"] == "passed" and after["outcome"] != "passed":
            lines.append(f"{name}: {after['outcome']} with the addon alone")
        elif len(after["queries"]) == len(before["queries"]) and any(
            ours > theirs for theirs, ours in zip(before["queries"], after["queries"], strict=True)
        ):
            lines.append(f"{name}: {before['queries']} statements, {after['queries']} with it")
    return lines


def table(without, beside):
    """Return the lines of a table in Markdown: how many tests of each module ended how."""
    counts = {}
    for record, tests in (("without", without), ("with", beside)):
        for name, test in tests.items():
            counts.setdefault(name.split("/")[0], {}).setdefault(record, Counter())[
                test["outcome"]
            ] += 1
    lines = [
        "| Odoo's module | tests | passed without | passed with | failed either way |",
        "|---|---|---|---|---|",
    ]
    for module, found in sorted(counts.items()):
        before, after = found.get("without", Counter()), found.get("with", Counter())
        lines.append(
            f"| `{module}` | {before.total()} | {before['passed']} | {after['passed']} "
            f"| {min(before['failed'], after['failed'])} |"
        )
    return lines


def main():
    parser = ArgumentParser()
    parser.add_argument("without", type=Path)
    parser.add_argument("beside", type=Path, metavar="with")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    without, beside = (json.loads(path.read_text()) for path in (options.without, options.beside))
    lines = table(without, beside)
    print("\n".join(lines))
    found = faults(without, beside)
    if options.table:
        options.table.write_text("\n".join([*_HEAD, *lines, "", *(found or _NOTHING), ""]))
    print("\n".join(found or _NOTHING))
    return 1 if found or not without else 0


if __name__ == "__main__":
    sys.exit(main())
