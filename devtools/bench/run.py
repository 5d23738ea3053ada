"""./dev bench: measure what cancellations cost, and write it down."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

# The folder of this script is no place to import from: it is a package itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench import chart, ordinary, people, reconcile, report  # noqa: E402
from bench.about import about  # noqa: E402
from bench.measure import Measurement  # noqa: E402
from bench.scenarios import GROUPS, select  # noqa: E402
from bench.targets import judge  # noqa: E402

#: Scenarios that are measured in a way of their own.
_HOW = {"people": people.measure, "reconcile": reconcile.measure}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, to try it out")
    parser.add_argument(
        "--only", nargs="+", choices=(*GROUPS, ordinary.NAME), metavar="NAME", default=[],
        help="measure only " + ", ".join((*GROUPS, ordinary.NAME)),
    )  # fmt: skip
    return parser.parse_args(arguments)


def main():
    options = parse(sys.argv[1:])
    # Everything that was started ends on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    folder, log = Path(os.environ["MARKETPLACE_BENCH_RESULTS"]), os.environ["MARKETPLACE_BENCH_LOG"]
    Path(log).write_text("")
    measurement = Measurement(log, tell=_teller(began))
    described = about(options)
    works = []
    if not options.only or ordinary.NAME in options.only:
        works = ordinary.measure(log, measurement.tell, options.quick)
    for scenario in select(options.only, options.quick):
        measurement.run(scenario, _HOW.get(scenario.name))
    outcomes = judge([*ordinary.totals(works), *measurement.figures])
    described["took"] = f"{(time.monotonic() - began) / 60:.1f} minutes"
    described["default settings"] = measurement.defaults
    notes = report.notes_by_name((Path(__file__).parent / "notes.md").read_text())
    folder.mkdir(exist_ok=True)
    text = report.markdown(outcomes, works, measurement.figures, described, notes)
    (folder / "results.md").write_text(text)
    chart.draw(outcomes, folder / "results.svg")
    print(report.terminal(outcomes, works, measurement.figures))
    for problem in measurement.problems:
        print(f"NOT AS IT HAS TO BE: {problem}")
    return 1 if measurement.problems else 0


def _teller(began):
    def tell(text):
        print(f"{time.monotonic() - began:5.0f} s  {text}", flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
