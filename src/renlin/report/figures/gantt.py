"""Draw the steps of a conversion on a minute axis: who waits, what is critical, the p90."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renlin.report import svg
from renlin.report.cite import Cite
from renlin.report.figures.axis import Scale, label, ticks
from renlin.report.spacing import width

WIDTH = 682.0
ROW = 22.0
TOP = 8.0
NAME = 12.4
DASHED = "stroke:var(--ink-2);stroke-width:1;stroke-dasharray:3 2"


@dataclass(frozen=True)
class Task:
    """One step: its words, from when to when (minutes), its p90, whether it is critical.

    ``after`` are the rows of the steps it waits for.
    """

    words: str
    start: float
    finish: float
    late: float
    critical: bool
    after: tuple[int, ...] = ()
    cite: Cite | None = None


def gantt(tasks: Sequence[Task], unit: str, says: str) -> str:
    """Return the steps as bars, critical ones solid, others framed, each with its p90."""
    left = min(max(width(task.words, NAME) for task in tasks) + 16, WIDTH * 0.46)
    marks = ticks(0.0, max(max(t.late, t.finish) for t in tasks), 6)
    scale = Scale(0.0, marks[-1], left, WIDTH - 26, tuple(marks))
    bottom = TOP + ROW * len(tasks)
    parts = [_axis(scale, bottom, unit)]
    parts += [_wait(task, row, tasks, scale) for row, task in enumerate(tasks)]
    parts += [_bar(task, row, left, scale) for row, task in enumerate(tasks)]
    return svg.figure((WIDTH, bottom + 24), says, parts)


def _axis(scale: Scale, bottom: float, unit: str) -> str:
    parts = []
    for value in scale.marks:
        x = scale(value)
        parts.append(svg.line((x, TOP - 4), (x, bottom), "stroke:var(--line)"))
        told = label(value, scale.step) + (f" {unit}" if value == scale.marks[-1] else "")
        parts.append(svg.text((x, bottom + 15), told, "s", anchor="middle"))
    return "".join(parts)


def _wait(task: Task, row: int, tasks: Sequence[Task], scale: Scale) -> str:
    """Return thin lines from the ends of the steps that were waited for."""
    x, y = scale(task.start), TOP + ROW * row + ROW / 2
    style = "fill:none;stroke:var(--ink-2);stroke-width:.8;opacity:.6"
    lines = []
    for other in task.after:
        end, high = scale(tasks[other].finish), TOP + ROW * other + ROW / 2
        lines.append(svg.path([(end, high), (end, y), (x, y)], style))
    return "".join(lines)


def _bar(task: Task, row: int, left: float, scale: Scale) -> str:
    y = TOP + ROW * row + 4
    x0, x1, late = scale(task.start), scale(task.finish), scale(task.late)
    look = (
        "fill:var(--ink-2)" if task.critical else "fill:#fff;stroke:var(--ink-2);stroke-width:1.4"
    )
    middle = y + 6.5
    css = "b10" if task.critical else ""
    return "".join((
        svg.text((left - 8, y + 11), task.words, css, anchor="end", cite=task.cite),
        svg.line((x1, middle), (late, middle), DASHED),
        svg.line((late, middle - 4), (late, middle + 4), "stroke:var(--ink-2);stroke-width:1.6"),
        svg.box((x0, y), (max(x1 - x0, 2.0), 13), look),
    ))  # fmt: skip
