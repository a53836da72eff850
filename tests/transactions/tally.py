"""What a campaign came to, counted."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass
class Tally:
    """Counts of kills and errors, and of what was wrong after them. Two can be added."""

    kills: int = 0
    points: set[str] = field(default_factory=set)
    midst: int = 0
    """Kills that left neither the old state nor the new one behind."""
    again: int = 0
    """Recoveries that were killed too."""
    visited: int = 0
    """Kills after which uv or pip came by first."""
    mended: int = 0
    """Of those, what only `doctor --fix` put in order, after pip."""
    missed: int = 0
    """Faults that weren't done where they should have been: they prove nothing and aren't counted."""
    broken: int = 0
    mixed: int = 0
    left: int = 0
    """Kills after which something useless was left over, beside an environment that is in order."""
    errors: int = 0
    succeeded: int = 0
    """Calls that came to their end in spite of an error."""
    false: int = 0
    """Errors that were not reported, or left something behind."""
    strange: int = 0
    """Scenarios that go wrong by themselves."""

    def __add__(self, other: Tally) -> Tally:
        sums = Tally(points=self.points | other.points)
        for one in fields(self):
            if one.name != "points":
                setattr(sums, one.name, getattr(self, one.name) + getattr(other, one.name))
        return sums

    @property
    def wrong(self) -> int:
        """How often something was lost, or could have been."""
        return self.broken + self.mixed + self.false

    @property
    def is_good(self) -> bool:
        """Something was done, nothing was wrong, and hardly anything proves nothing."""
        done = self.kills + self.errors
        return done > 0 and self.missed <= max(done // 4, 2) and not (self.wrong or self.left or self.strange)

    def __str__(self) -> str:
        parts = []
        if self.kills:
            parts += [
                f"{self.kills:,} kills ({len(self.points)} points), {self.broken} broken, {self.mixed} mixed, "
                f"{self.left} with something left over",
                f"{self.midst} in the middle, {self.again} recoveries killed",
                f"{self.visited} visited by uv or pip ({self.mended} mended)",
            ]
        if self.errors:
            parts.append(
                f"{self.errors:,} errors ({len(self.points)} points), {self.false} false; {self.succeeded} overcome"
            )
        if self.missed:
            parts.append(f"{self.missed} missed")
        if self.strange:
            parts.append(f"{self.strange} scenarios go wrong by themselves")
        return "; ".join(parts) or "nothing was done"
