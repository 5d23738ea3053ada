"""Writes docs/beside-other-addons.md: what became of each scenario beside each addon of others.

usage: beside_table.py RESULTS REQUIREMENTS ADDON...

RESULTS holds what pytest has written (--junit-xml) of each run: after-ADDON.xml and
before-ADDON.xml, and after-all.xml and before-all.xml of the runs with all of them at once.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

SCENARIOS = {
    "test_cancelled_exactly_once": "cancelled exactly once",
    "test_hold": "hold",
    "test_refusal": "refusal",
    "test_cancelled_before_the_order_exists": "early cancellation",
    "test_screens_load": "screens load",
}
ORDERS = ("after", "before")
HEAD = """\
# Beside addons of others

What a marketplace and people do with addons of others from PyPI installed after this one, and
before it, each alone: `./dev test --beside --long` runs it, and writes this page. Other tests are
the rest of `tests/beside`; each is skipped where the addon that it is about is not there.

"""


def main(results, requirements, addons):
    versions = dict(re.findall(r"^odoo-addon-(\S+)==(\S+)", requirements.read_text(), re.M))
    rows = [("addon", "version", *SCENARIOS.values(), "other tests")]
    rows.append(("---",) * len(rows[0]))
    for addon in ("all", *addons):
        runs = {order: _read(results / f"{order}-{addon}.xml") for order in ORDERS}
        cells = [
            _cell({order: run.get(name, set()) for order, run in runs.items()})
            for name in (*SCENARIOS, "")
        ]
        version = versions.get(addon.replace("_", "-"), "")
        name = "all of them together" if addon == "all" else f"`{addon}`"
        rows.append((name, version, *cells))
    sys.stdout.write(HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows))


def _read(path):
    """``{scenario: what became of it}``, and under an empty name that of all other tests."""
    found = {}
    if path.exists():
        for case in ElementTree.parse(path).iter("testcase"):
            name = case.get("name") if case.get("name") in SCENARIOS else ""
            kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
            found.setdefault(name, set()).update(kinds or {"passed"})
    return found


def _cell(outcomes):
    said = {order: _said(kinds) for order, kinds in outcomes.items()}
    if len(set(said.values())) == 1:
        return said[ORDERS[0]]
    return "; ".join(f"{order} ours: {text}" for order, text in said.items())


def _said(kinds):
    if kinds & {"failure", "error"}:
        return "failed"
    return "passed" if "passed" in kinds else "skipped" if kinds else "not run"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
