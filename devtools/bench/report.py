"""What a run came to, as text: for the terminal and as `docs/benchmark/results.md`."""

import re
from pathlib import Path

from .scenarios import SCENARIOS
from .targets import UNLESS

_HEADER = (
    "what", "clients", "requests", "rate", "cancelled/s",
    "p50 ms", "p95 ms", "p99 ms", "processor ms", "queries", "failures", "left reserved",
)  # fmt: skip
WHAT = {
    "empty": "empty POST",
    "json2": "JSON-2 search, action_cancel",
    "immediate": "immediate",
    "default": "default settings",
    "background": "background",
    "receipts": "list of receipts, first 80",
    "dashboard": "dashboard, 30 days",
    "health": "health of the account",
    "list": "opening the list of orders",
    "validate": "validating a transfer",
    "compare": "comparing open orders",
}
KINDS = {
    "fresh": "",
    "duplicates": ", a hundred times each",
    "repeats": ", repeats of settled requests",
    "memory": ", nine of ten are repeats",
    "screen": "",
    "beside": ", beside people at work",
    "at-idle": ", on an idle server",
    "at-json2": ", while JSON-2 cancels",
    "at-default": ", while the addon cancels",
    "lifted": ", no quota",
    "quota": ", within the quota",
}


def terminal(outcomes, works, figures):
    """The tables for a person who waits."""
    parts = [_align(_target_rows(outcomes))]
    for title, rows in (*_work_table(works), *_figure_tables(figures)):
        parts += ["", title, _align(rows)]
    return "\n".join(parts)


def markdown(outcomes, works, figures, about, notes):
    """`docs/benchmark/results.md`.

    :param works: what ordinary work takes, see :mod:`.ordinary`
    :param about: ``{name: value}``: machine, versions, settings
    :param notes: `notes.md`: free text below headings that are names of targets
    """
    parts = ["# What a cancellation costs", ""]
    parts += ["Made by `./dev bench`; every figure is from one run on one machine.", ""]
    if about["quick"]:
        parts += ["**A quick run: it shows that everything works. Rely on no figure.**", ""]
    parts += [f"## What matters\n\n{UNLESS.capitalize()}.", "", _table(_target_rows(outcomes)), ""]
    parts += ["![The ratios, and the marks they are to reach](results.svg)", ""]
    parts += _holding(outcomes, notes)
    parts += ["## Everything that was measured", "", _read("how.md"), ""]
    for title, rows in (*_work_table(works), *_figure_tables(figures)):
        parts += [f"### {title[0].upper()}{title[1:]}", "", _table(rows), ""]
    parts += _memory(figures)
    share = max((figure.client_share for figure in figures), default=0)
    parts += [f"The clients themselves took at most {share:.0%} of one core.", ""]
    parts += ["## Where and with what", "", _table([("", ""), *_about_rows(about)]), ""]
    return "\n".join(parts)


def notes_by_name(text):
    """``{name of a row: free text}`` from the headings of `notes.md`."""
    pieces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], map(str.strip, pieces[2::2]), strict=True))


def _target_rows(outcomes):
    rows = [("what", "reach at least", "aim for", "measured", "")]
    for outcome in outcomes:
        target = outcome.target
        measured = outcome.missing or target.tell(outcome.ratio)
        word = "aim reached" if outcome.aimed else "reached" if outcome.reached else "NOT REACHED"
        limits = (target.tell_mark(target.limit), target.tell_mark(target.aim))
        rows.append((target.name, *limits, measured, "" if outcome.missing else word))
    return rows


def _holding(outcomes, notes):
    short = [
        o for o in outcomes if not (o.missing or (o.reached and (o.aimed or not o.target.aim)))
    ]
    if not short:
        return []
    parts = ["### What holds the rows that miss their aim", ""]
    for outcome in short:
        text = notes.get(outcome.target.name, "(nobody has said yet)")
        parts.append(f"- **{outcome.target.name}**: {' '.join(text.split())}")
    return [*parts, ""]


def _work_table(works):
    if works:
        rows = [("what", "ms without", "ms with", "ratio", "queries without", "queries with")]
        for work in works:
            times, queries = (
                [f"{found[side]:.1f}" for side in ("without", "with")]
                for found in (work.milliseconds, work.statements)
            )
            rows.append((work.kind, *times, f"{work.ratio:.2f}x", *queries))
        yield "ordinary work, without the addon and with it (processor time)", rows


def _figure_tables(figures):
    for scenario in dict.fromkeys(SCENARIOS):
        of_scenario = [figure for figure in figures if figure.scenario == scenario.name]
        if of_scenario:
            yield scenario.title, [_HEADER, *map(_figure_row, of_scenario)]


def _figure_row(figure):
    cell = figure.cell
    crons = f", {cell.crons} cron worker{'s' if cell.crons > 1 else ''}" if cell.crons else ""
    hosts = f", {cell.hosts} host{'s' if cell.hosts > 1 else ''}" if cell.hosts else ""
    what = f"{WHAT[cell.what]}{KINDS[cell.kind]}{crons}{hosts}"
    if figure.missing:
        return (what, str(cell.clients), "", figure.missing, *[""] * 8)
    failures = str(figure.failures)
    if figure.repeated:
        failures += f" (called again: {figure.repeated})"
    return (
        what,
        str(cell.clients),
        f"{len(figure.times):,}",
        f"{figure.rate:.1f}",
        f"{figure.cancelled_rate:.1f}" if figure.cancelled_rate else "",
        *(f"{value:,.1f}" for value in (figure.p50, figure.p95, figure.p99)),
        f"{figure.processor * 1000:.1f}" if figure.processor else "",
        f"{figure.queries:.1f}" if figure.queries else "",
        failures,
        f"{figure.astray:g}" if figure.orders else "",
    )


def _memory(figures):
    rows = [("worker", "RSS before", "RSS after", "USS before", "USS after")]
    for figure in figures:
        for number, sizes in enumerate(figure.memory, 1):
            name = f"{figure.cell.memory_of} worker {number}"
            rows.append((name, *(f"{size / 2**20:.1f} MiB" for size in sizes)))
    if len(rows) == 1:
        return []
    return ["### Memory of the workers", "", _table(rows), ""]


def _about_rows(about):
    return [(name, str(value)) for name, value in about.items()]


def _align(rows):
    widths = [max(min(len(row[i]), 60) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [_shorten(cell, 60).ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _shorten(text, width):
    return text if len(text) <= width else text[: width - 1] + "…"


def _table(rows):
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _read(name):
    return (Path(__file__).parent / name).read_text().strip()
