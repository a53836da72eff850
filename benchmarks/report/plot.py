"""plot.svg: the medians of the timed rows as bars on a logarithmic scale, written by hand to need nothing."""

from __future__ import annotations

import math
from html import escape

from benchmarks.cases.base import Row
from benchmarks.contenders import TITLES
from benchmarks.ledger import Ledger
from benchmarks.report.quantity import MILLISECONDS, quantity
from benchmarks.report.table import sentence

COLOURS = {"uv": "#8a8f98", "uv-ffi": "#e0a458", "uv-ffi-hardlink": "#c9703d", "uvffi": "#2f6fb5"}
WIDTH, LEFT, RIGHT, TOP, BOTTOM = 860, 300, 80, 84, 44
BAR, GAP = 11, 14
INK, PALE = "#24292f", "#d8dee4"


class Scale:
    """Milliseconds to x, by whole decades."""

    def __init__(self, values: list[float]) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(values))))

    def x(self, value: float) -> float:
        """The horizontal place of a value."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def decades(self) -> list[float]:
        """Where grid lines stand."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def as_svg(ledger: Ledger, machine: dict[str, str | int]) -> str | None:
    """The plot, or None where nothing was timed."""
    bars = {row.name: medians(ledger, row) for row in ledger.rows if row.unit in MILLISECONDS}
    rows = [row for row in ledger.rows if bars.get(row.name)]
    if not rows:
        return None
    scale = Scale([value for row in rows for _, value in bars[row.name]])
    height = TOP + sum(len(bars[row.name]) * BAR + GAP for row in rows) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
        "<title>Median times of uvffi, uv and uv-ffi</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(16, 26, "Median time of one call (logarithmic)", size=15, weight="600"),
        text(16, 44, sentence(machine), colour="#57606a", size=11),
        *legend(ledger.contenders),
        *grid(scale, height),
    ]
    top = TOP
    for row in rows:
        parts += group(row, bars[row.name], top, scale)
        top += len(bars[row.name]) * BAR + GAP
    return "\n".join([*parts, "</svg>", ""])


def medians(ledger: Ledger, row: Row) -> list[tuple[str, float]]:
    """The bars of one row in milliseconds, in the order of the table."""
    pairs = ((name, ledger.median(row.name, name)) for name in ledger.contenders)
    unit = MILLISECONDS[row.unit]
    return [(name, median * unit) for name, median in pairs if median is not None and median > 0]


def group(row: Row, bars: list[tuple[str, float]], top: float, scale: Scale) -> list[str]:
    """One row's label, bars and figures."""
    middle = top + len(bars) * BAR / 2 + 4
    parts = [text(LEFT - 10, middle, row.title, anchor="end")]
    for place, (name, median) in enumerate(bars):
        y, length = top + place * BAR, max(1.0, scale.x(median) - LEFT)
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 2}" fill="{COLOURS[name]}"/>')
        weight = "600" if name == "uvffi" else "400"
        parts.append(text(LEFT + length + 4, y + BAR - 2.5, quantity(median, "ms"), size=10, weight=weight))
    return parts


def legend(names: list[str]) -> list[str]:
    """Which colour is whose."""
    parts: list[str] = []
    for place, name in enumerate(names):
        x = LEFT + place * 132
        parts.append(f'<rect x="{x}" y="56" width="10" height="10" fill="{COLOURS[name]}"/>')
        parts.append(text(x + 15, 65, TITLES[name]))
    return parts


def grid(scale: Scale, height: float) -> list[str]:
    """A line and a label for each decade."""
    parts: list[str] = []
    for value in scale.decades():
        x, foot = scale.x(value), height - BOTTOM
        parts.append(f'<path d="M{x:.1f} {TOP - 6}V{foot}" stroke="{PALE}"/>')
        label = f"{value:g} ms" if value >= 1 else f"{value * 1000:g} µs"
        parts.append(text(x, foot + 18, label, anchor="middle", colour="#57606a"))
    return parts


def text(
    x: float, y: float, words: str, anchor: str = "start", colour: str = INK, size: int = 12, weight: str = "400"
) -> str:
    """One text element."""
    style = f'text-anchor="{anchor}" fill="{colour}" font-size="{size}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'
