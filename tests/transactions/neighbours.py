"""Ten processes of uvffi, and others of uv and pip, all at once in one environment.

Each has a package of its own, of which it can say what every answer must be; uvffi and uv also put shared ones to and
fro, under the lock that both know. pip knows no lock: it keeps to its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, Mapping, NamedTuple, Sequence

from tests.support.environments import make_venv
from tests.support.judge import run_uv, uv
from tests.support.wheels import build_wheel
from tests.support.worker import ROOT
from tests.truth.home import INFO, said

from .ground import bare
from .picture import inconsistent, left_over
from .play import DOCTOR, WASTE
from .recovery import pip_variables, pip_words, run_pip
from .world import World

KINDS = {"uvffi": 10, "uv": 2, "pip": 2}
SHARED = ("swap", "steady", "space-one", "plain", "shape")
LONGEST = 25.0
"""Seconds that no call may take, on a busy machine: nobody holds the lock for long. Less than what is waited for it."""


class Neighbours(NamedTuple):
    """What they did: how many calls of each kind, and what was false."""

    calls: dict[str, int]
    changes: int
    longest: float
    false: list[str]


def together(world: World, seconds: float, kinds: Mapping[str, int] = KINDS, seed: int = 1) -> Neighbours:
    """Lets all of them work for so long, then looks at what they left."""
    own = [f"own-{kind}-{at}" for kind, count in kinds.items() for at in range(count)]
    for name in own:
        world.server.add("main", (build_wheel(name, version) for version in ("1.0", "2.0")))
    world.clear()
    make_venv(world.prefix, world.quiet)
    world.uv("pip install", "anchor==1.0", "space-two==1.0")
    false: list[str] = []
    calls: dict[str, int] = {}
    changes, longest = 0, 0.0
    env = {**world.env, **pip_variables(world), "PYTHONPATH": str(ROOT), "UV_LOCK_TIMEOUT": "60"}
    until = time.time() + seconds
    started = []
    for at, name in enumerate(own):
        told = json.dumps([name.split("-")[1], name, str(world.prefix), until, seed * 1000 + at])
        words = [sys.executable, "-B", "-m", __name__, told]
        started.append((name, subprocess.Popen(words, env=env, cwd=world.cwd, stdout=subprocess.PIPE)))
    versions: dict[str, str | None] = {}
    for name, process in started:
        try:
            out, _ = process.communicate(timeout=seconds + 90)
            told = json.loads(out)
        except (subprocess.TimeoutExpired, ValueError) as error:
            process.kill()
            false.append(f"{name} did not come back: {error!r}, return code {process.poll()}")
            continue
        kind = name.split("-")[1]
        calls[kind] = calls.get(kind, 0) + told["calls"]
        changes += told["changes"]
        longest = max(longest, told["longest"])
        versions[name] = told["version"]
        false += [f"{name}: {line}" for line in told["false"]]
    false += _left(world, versions)
    if longest > LONGEST:
        false.append(f"a call took {longest:.1f} s: it waited for a lock that nobody gave back")
    return Neighbours(calls, changes, longest, false)


def _left(world: World, versions: Mapping[str, str | None]) -> list[str]:
    """What is wrong when all is still again."""
    false = inconsistent(world.site, world.prefix, bare(world))
    there = {said(info)[0]: said(info)[1] for info in world.site.glob("*.dist-info") if INFO.match(info.name)}
    false += [f"{name} should be {version}" for name, version in versions.items() if there.get(name) != version]
    began = time.monotonic()
    ran = world.run((), ("pip install anchor==1.0", DOCTOR))
    false += ran.false + [f"the last call says {notice}" for notice in ran.notices]
    if ran.answers:
        false += [f"doctor finds {one}" for one in ran.answers[-1].get("findings", ()) if one["code"] not in WASTE]
    if time.monotonic() - began > 10:
        false.append("the last call waited for a lock")
    false += left_over(world.prefix)
    for name, outcome in (
        ("uv pip check", run_uv(["pip", "check", "--python", str(world.prefix)], world.quiet, world.cwd)),
        ("pip check", run_pip(["check"], world)),
    ):
        if outcome.exit_code != 0:
            false.append(f"{name}: {outcome.stdout}{outcome.stderr}")
    return false


# In a process of its own


class Neighbour:
    """One of them, until its time is over. Its own package is `version` now."""

    def __init__(self, kind: str, name: str, prefix: Path, seed: int) -> None:
        self.kind, self.name, self.prefix = kind, name, prefix
        self.rng = Random(seed)
        self.version: str | None = None
        self.false: list[str] = []
        self.calls = self.changes = 0
        self.longest = 0.0

    def work(self, until: float) -> None:
        while time.time() < until and len(self.false) < 5:
            if self.kind != "pip" and self.rng.random() < 0.6:
                names = self.rng.sample(SHARED, self.rng.randint(1, 3))
                if self.rng.random() < 0.25:
                    self._timed(["uninstall", *names])
                else:
                    self._timed(["install", *(f"{name}=={self.rng.choice(('1.0', '2.0'))}" for name in names)])
            else:
                self._own()

    def _own(self) -> None:
        """A change of what nobody else touches: the answer must tell of exactly that."""
        before = self.version
        self.version = self.rng.choice([one for one in ("1.0", "2.0", None) if one != before])
        words = ["install", f"{self.name}=={self.version}"] if self.version else ["uninstall", self.name]
        answer = self._timed(words)
        there = sorted(said(info)[1] for info in self._infos())
        if there != ([self.version] if self.version else []):
            self.false.append(f"after {words} there is {there}: {answer}")
        if self.kind == "uvffi" and answer is not None:
            told = [(one["name"], one["previous_version"], one["version"]) for one in answer["changes"]]
            if told != [(self.name, before, self.version)]:
                self.false.append(f"{words} from {before} tells of {told}")

    def _infos(self) -> list[Path]:
        (site,) = self.prefix.glob("lib/python*/site-packages")
        wanted = self.name.replace("-", "_") + "-"
        return [site / name for name in os.listdir(site) if name.startswith(wanted) and INFO.match(name)]

    def _timed(self, words: Sequence[str]) -> Any:
        began = time.monotonic()
        answer = None
        if self.kind == "uvffi":
            answer = self._uvffi(words)
        else:
            self._other(words)
        self.longest = max(self.longest, time.monotonic() - began)
        self.calls += 1
        return answer

    def _uvffi(self, words: Sequence[str]) -> Any:
        import uvffi

        answer = uvffi.run(["pip", words[0], "--python", str(self.prefix), *words[1:]]).answer
        self.changes += len(answer["changes"])
        if answer["exit_code"] != 0 or answer["route"] != "resident" or "lock" in answer["stderr"]:
            self.false.append(f"{words}: {answer}")
        wanted = dict(word.split("==") for word in words[1:] if "==" in word)
        for change in answer["changes"]:
            if change["version"] != wanted.get(change["name"]) or change["name"] not in " ".join(words):
                self.false.append(f"{words} tells of {change}")
        return answer

    def _other(self, words: Sequence[str]) -> None:
        if self.kind == "uv":
            command = [str(uv()), "pip", words[0], "--python", str(self.prefix), *words[1:]]
        else:
            flags = ["--no-deps"] if words[0] == "install" else ["-y"]
            command = [sys.executable, "-m", "pip", *pip_words([words[0], *flags, *words[1:]], self.prefix)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        told = ran.stdout.decode("utf-8", "replace")
        if ran.returncode != 0 or "Failed to acquire" in told:
            self.false.append(f"{words} ended with {ran.returncode}: {told[-1500:]}")


def main(told: str) -> None:
    kind, name, prefix, until, seed = json.loads(told)
    one = Neighbour(kind, name, Path(prefix), seed)
    one.work(until)
    print(
        json.dumps(
            {
                "calls": one.calls,
                "changes": one.changes,
                "longest": one.longest,
                "version": one.version,
                "false": one.false,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
