"""Figures as they are read."""

from __future__ import annotations

SYMBOLS = {"us": "µs"}
MILLISECONDS = {"ms": 1.0, "us": 0.001}


def quantity(value: float, unit: str) -> str:
    """Three significant digits, times in the unit that reads best."""
    if unit in MILLISECONDS:
        value *= MILLISECONDS[unit]
        value, unit = (value * 1000, "us") if value < 1 else (value, "ms")
    # A number of things is whole.
    return f"{significant(value)} {symbol(unit)}" if unit else f"{value:,.0f}"


def symbol(unit: str) -> str:
    """A unit as it is written."""
    return SYMBOLS.get(unit, unit)


def significant(value: float) -> str:
    """Three digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(other: float | None, own: float | None) -> str:
    """How many times the one is the other."""
    return "–" if other is None or own is None else f"{significant(other / own)} ×"
