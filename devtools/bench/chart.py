"""The ratios as a picture: one bar for each, with the marks that it has to reach."""

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

_GOOD, _ENOUGH, _SHORT, _NONE = "#2b8a3e", "#1971c2", "#c92a2a", "#adb5bd"
_MOST = 2.4  # a bar that is longer says no more


def draw(outcomes, path):
    """Write the chart of ``outcomes`` to ``path``.

    The rows have units of their own and some are to be small, so each is drawn as a part of what
    it must reach (or aims for, if nothing): 1 is there, more is better. The ratio itself stands
    beside its bar.
    """
    mpl.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9})
    figure, axes = plt.subplots(figsize=(11, 0.55 * len(outcomes) + 1.4), layout="constrained")
    rows = range(len(outcomes))
    lengths = [min(_progress(o.target, o.ratio), _MOST) if not o.missing else 0 for o in outcomes]
    axes.barh(rows, lengths, color=[_color(o) for o in outcomes], height=0.55)
    for row, outcome in zip(rows, outcomes, strict=True):
        text = outcome.missing.split(":")[0] or _label(outcome)
        color = _NONE if outcome.missing else "black"
        axes.text(_MOST + 0.05, row, text, va="center", color=color)  # clear of all marks
    aims = [_progress(o.target, o.target.aim) if o.target.aim else None for o in outcomes]
    axes.scatter(aims, rows, marker="D", color="black", s=22, zorder=3, label="aim for")
    axes.axvline(1, color="black", linestyle="--", linewidth=1, label="reach at least")
    axes.set_yticks(rows, [_wrap(o.target.name) for o in outcomes])
    axes.invert_yaxis()
    axes.set_xlim(0, _MOST + 0.6)
    axes.set_xticks([0, 0.5, 1, 1.5, 2])
    axes.set_xlabel("measured, as a part of what is to be reached at least (more is better)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=2, frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _progress(target, ratio):
    mark = _mark(target)
    return ratio / mark if target.up else mark / ratio


def _mark(target):
    return target.aim if target.limit is None else target.limit


def _label(outcome):
    target = outcome.target
    return f"{target.tell(outcome.ratio)} ({target.tell_mark(_mark(target))})"


def _color(outcome):
    return _GOOD if outcome.aimed else _ENOUGH if outcome.reached else _SHORT


def _wrap(text, width=52):
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
