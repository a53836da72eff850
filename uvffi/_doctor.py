"""Finding what is broken in an environment, and mending it.

The engine finds, and mends what Transactions left. Packages that other tools left half-installed, twice or without
their files (which is looked for here) are mended here, one by one; whether that helped another look says at the end.
"""

from __future__ import annotations

import json
import os

from ._finding import Finding
from ._own import inquire, own
from ._run import run
from .errors import UvffiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional, Tuple

    from ._claims import Claim

    _Key = Tuple[str, Optional[str], str]

# What is mended here; the engine mends the others.
PACKAGES = ("half-installed", "duplicate", "files-missing")


def doctor(python: str | None, *, fix: bool = False) -> tuple[Finding, ...]:
    """What is wrong in an environment; with `fix` mended as far as it can be."""
    found = _look(python)
    if not fix or not found:
        return tuple(found)
    outcomes: dict[_Key, str] = {}
    left = found
    if any(finding.code not in PACKAGES for finding in found):
        told = _by_engine(python)
        outcomes.update({_key(finding): told for finding in found if finding.code not in PACKAGES and told})
        # What was interrupted may have been what made a package look broken.
        left = _look(python)
    broken = [finding for finding in left if finding.code in PACKAGES]
    for place, outcome in _mended(python, broken).items():
        outcomes.update({_key(finding): outcome for finding in (*found, *left) if _place(finding) == place})
    still = {_key(finding) for finding in _look(python)}
    everything = [*found, *[finding for finding in left if finding not in found]]
    return tuple([_concluded(finding, still, outcomes) for finding in everything])


def _look(python: str | None) -> list[Finding]:
    from ._missing import missing

    found = [Finding(**told) for told in inquire(python, "doctor")["findings"]]
    known = {finding.name for finding in found if finding.code in PACKAGES}
    return [*found, *missing(inquire(python, "packages"), known)]


def _key(finding: Finding) -> _Key:
    return (finding.code, finding.name, finding.path)


def _concluded(finding: Finding, still: Iterable[_Key], outcomes: dict[_Key, str]) -> Finding:
    key = _key(finding)
    about = (finding.code, finding.name, finding.path, finding.message, finding.fix)
    return Finding(*about, fixed=key not in still, outcome=outcomes.get(key))


def _by_engine(python: str | None) -> str:
    """Have the engine mend what is its own; what there is to tell of it."""
    try:
        result = own(python, "doctor", "--fix")
    except UvffiError as error:
        return error.message
    return "; ".join([notice.message for notice in result.notices])


def _mended(python: str | None, broken: list[Finding]) -> dict[tuple[str, str], str]:
    """Mend each package that is broken, once; what was done, by its site-packages and name."""
    places = {_place(finding) for finding in broken}
    if not places:
        return {}
    prefix = str(inquire(python, "packages")["environment"]["prefix"])
    return {place: mend(python, prefix, *place) for place in sorted(places)}


def _place(finding: Finding) -> tuple[str, str]:
    """The site-packages and the name of what a finding is about."""
    from ._packages import normalize

    root, last = os.path.split(finding.path.rstrip(os.sep))
    if not last.endswith((".dist-info", ".egg-info", ".egg-link")):
        root, last = finding.path, ""
    return root, normalize(finding.name or last.partition("-")[0])


def mend(python: str | None, prefix: str, root: str, name: str) -> str:
    """Make one package whole: keep the dist-info whose files are there, or install it anew, or take away what is a name
    and nothing else. What was done, or why not.

    `prefix` is the environment's, `root` the site-packages that the package is in.
    """
    from ._away import LockedError, locked, take_away
    from ._claims import claims

    try:
        with locked(prefix, root):
            # Only under the locks is what they claim not about to change.
            found = claims(root, name)
            if len(found) > 1 and found[0].whole:
                for claim in found[1:]:
                    take_away(prefix, claim)
                gone = ", ".join([claim.version for claim in found[1:]])
                return f"kept {found[0].version}, whose files are there, and took the metadata of {gone} away"
            if len(found) == 1 and found[0].is_hollow and _requirement(found[0])[0] is not None:
                take_away(prefix, found[0])
                return f"took the metadata of {found[0].version} away: none of its files was there"
    except (OSError, LockedError) as error:
        return f"nothing was done: {error}"
    if not found:
        return "it is gone by now"
    return _anew(python, found[0])


def _anew(python: str | None, claim: Claim) -> str:
    """Install the likeliest version again; uv takes away all there is of the name first."""
    wanted, problem = _requirement(claim)
    if wanted is None:
        return f"nothing was done: {problem}"
    place = [] if python is None else ["--python", python]
    result = run(["pip", "install", *place, "--reinstall", "--no-deps", "--", wanted])
    if result.ok:
        return f"installed {wanted} anew"
    why = result.error.message if result.error is not None else "uv failed"
    return (
        f"`{wanted}` could not be installed anew: {why}. Install it from where it came from, "
        f"or remove the directory `{claim.path}` and what is left of its files"
    )


def _requirement(claim: Claim) -> tuple[str | None, str]:
    """What to install to get the same again, or why nobody can say: never from an index what came from elsewhere."""
    try:
        with open(os.path.join(claim.path, "direct_url.json"), encoding="utf-8") as file:
            origin: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return f"{claim.name}=={claim.version}", ""
    except (OSError, ValueError) as error:
        return None, f"its origin can't be read: {error}"
    if isinstance(origin, dict) and "archive_info" in origin and isinstance(origin.get("url"), str):
        return f"{claim.name} @ {origin['url']}", ""
    url = origin.get("url") if isinstance(origin, dict) else None
    return None, f"it came from `{url}`; install it from there again"
