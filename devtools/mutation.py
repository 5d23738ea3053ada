"""Plants small mistakes into the core, one at a time, and tells which of them no test notices.

Cosmic Ray makes the mistakes and runs the tests; here it is told where, how many, and what with.
Works in the current folder, a copy of the addon that it changes.
"""

import argparse
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path

import toml
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult

#: Mistakes as people make them. The others turn ``a - b`` into ``a >> b``, or cannot be run.
MISTAKES = re.compile(
    r"core/(AddNot|NumberReplacer|Replace(AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue)"
    r"|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ZeroIterationForLoop"
    r"|ReplaceUnaryOperator_Delete_Not|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul"
    r"|BitAnd_BitOr|BitOr_BitAnd|Sub_BitOr)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Gt_GtE|GtE_Gt|Lt_LtE|LtE_Lt|Is_IsNot|IsNot_Is"
    r"|Gt_Lt|Lt_Gt))$"
)
#: How long the tests of one mistake may take, in seconds; one that makes them hang is noticed.
TIMEOUT = 400


def main():
    options = parse_arguments()
    table = toml.loads(options.table.read_text())[options.part]
    files = options.files or table
    sessions = {file: prepare(file, table[file], options) for file in files}
    thin_out(sessions, options)
    for file, (config, session) in sessions.items():
        if not to_do(session):
            continue
        print(f"-- {file}", flush=True)
        run("baseline", config)
        run("exec", config, session)
        tell(file, session)
    return summary(sessions)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__)
    parser.add_argument("--sample", type=int, default=120, help="how many mistakes (%(default)s)")
    parser.add_argument("--seed", default="1", help="chooses the mistakes (%(default)s)")
    parser.add_argument("files", nargs="*", help="files of the table; all by default")
    parser.add_argument("--table", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--part", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--pytest", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--plain-pytest", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def prepare(file, tests, options):
    """A session of Cosmic Ray for ``file`` with all its mistakes: ``(configuration, session)``."""
    name = file.replace("/", "-")
    config, session = options.folder / f"{name}.toml", options.folder / f"{name}.sqlite"
    paths = [f"tests/{test}.py" for test in tests]
    is_plain = all(path.startswith("tests/tools/") for path in paths)
    pytest = options.plain_pytest if is_plain else options.pytest
    settings = {
        "module-path": [file],
        "timeout": TIMEOUT,
        "excluded-modules": [],
        "test-command": f"{pytest} -x -q -p no:cacheprovider {shlex.join(paths)}",
        "distributor": {"name": "local"},
    }
    config.write_text(toml.dumps({"cosmic-ray": settings}))
    run("init", "--force", config, session)
    return config, session


def thin_out(sessions, options):
    """Skip all mistakes but a sample, drawn from all files together."""
    pending = []
    for _config, session in sessions.values():
        pending += [(session, item) for item in to_do(session)]
    real = [(session, item) for session, item in pending if is_real(item)]
    real.sort(key=lambda pair: where(pair[1]))
    chance = random.Random(options.seed)
    kept = {item.job_id for _session, item in chance.sample(real, min(options.sample, len(real)))}
    for session, item in pending:
        if item.job_id not in kept:
            with use_db(session, WorkDB.Mode.open) as database:
                database.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED))
    print(f"{len(kept)} of {len(real)} mistakes, seed {options.seed}", flush=True)


def is_real(item):
    return all(MISTAKES.match(mutation.operator_name) for mutation in item.mutations)


def where(item):
    (mutation,) = item.mutations
    place = str(mutation.module_path), mutation.start_pos
    return *place, mutation.operator_name, mutation.occurrence


def to_do(session):
    with use_db(session, WorkDB.Mode.open) as database:
        return list(database.pending_work_items)


def outcomes(session):
    with use_db(session, WorkDB.Mode.open) as database:
        return [
            (item, result)
            for item, result in database.completed_work_items
            if result.worker_outcome is not WorkerOutcome.SKIPPED
        ]


def tell(file, session):
    found = outcomes(session)
    missed = [result for _item, result in found if not result.is_killed]
    print(f"{file}: {len(found) - len(missed)} of {len(found)} noticed", flush=True)
    for result in missed:
        print(result.diff, flush=True)


def summary(sessions):
    results = []
    for _config, session in sessions.values():
        results += [result for _item, result in outcomes(session)]
    noticed = sum(result.is_killed for result in results)
    print(f"{noticed} of {len(results)} mistakes were noticed")
    return 0 if results else 1


def run(command, *arguments):
    program = Path(sys.executable).with_name("cosmic-ray")
    subprocess.run([sys.executable, program, command, *map(str, arguments)], check=True)


if __name__ == "__main__":
    sys.exit(main())
