"""All that is asked, again and again."""

from __future__ import annotations

from random import Random
from typing import Sequence

from .question import INSTALL, SYNC, UNINSTALL, Question

SATISFIABLE = (
    "trunk==1.0",
    "trunk",
    "leaf==2.0",
    "leaf twig moss",
    "-r wanted.txt",
    "-r nested.txt",
)
"""What is installed for real, too: few, so that they are remembered."""

OTHERWISE = (
    "trunk==2.0",
    "leaf==1.0 stone-1",
    "-r wanted.txt -c limits.txt --override over.txt",
    "-r direct.txt",
    "-r listed.txt --no-index",
    "lichen[wet]",
    "bark",
    "--no-deps branch leaf",
    "--exact trunk==1.0 moss bark lichen stone-1 stone-2 stone-3",
    "--resolution lowest twig",
    "{flat}/leaf-2.0-py3-none-any.whl",
    "moss --index-url {other}",
    "moss==1.2 --index-url {tide}",
    "--no-index --find-links {flat} leaf==1.1",
    "absent",
)
REFRESHING = (
    "--upgrade leaf",
    "--upgrade-package leaf trunk",
    "--reinstall-package moss leaf",
    "--upgrade moss --index-url {tide}",
)
"""uv asks the index and the interpreter anew for these: they take it five times as long, so they are fewer."""
LOCKED = ("wanted.txt", "nested.txt", "wanted.txt nested.txt")
GONE = ("absent", "ghost", "absent ghost")
READ = (
    "pip list",
    "pip list --format json --exclude leaf",
    "pip list --strict",
    "pip freeze",
    "pip show trunk absent",
    "pip show -f leaf moss",
    "pip show absent",
    "pip check",
    "pip tree",
    "pip tree --invert --package leaf --show-version-specifiers",
)
THERE = ("leaf", "moss stone-1", "trunk absent")


def _all() -> list[Question]:
    questions = []
    for at, home in enumerate(("one", "two")):
        for number, line in enumerate((*SATISFIABLE, *OTHERWISE)):
            words = (*INSTALL, *line.split())
            questions.append(Question(words, home, as_text=(at + number) % 2 == 0))
            if number % 3 == at:
                questions.append(Question(words, home, query=True))
        questions += [Question((*UNINSTALL, *line.split()), home, as_text=at == 0) for line in (*GONE, *THERE)]
        questions += [Question((*SYNC, *line.split()), home, as_text=at == 0) for line in LOCKED]
        questions += [Question(tuple(line.split()), home, as_text=at == 1) for line in READ]
        # As often as all commands that could tell the same.
        questions += [Question((), home, query=True)] * 6
    for line in ("--target {out} trunk==1.0", "--target {out} leaf", "--target {out} moss bark"):
        questions.append(Question((*INSTALL, *line.split()), "out"))
    for line in ("leaf", "-r nested.txt", "trunk==1.0"):
        questions += [Question((*INSTALL, *line.split()), None, as_text=True)] * 2
    questions += [Question((*INSTALL, *line.split()), "one") for line in REFRESHING]
    questions.append(Question((*UNINSTALL, "absent"), None))
    questions += [Question(tuple(line.split()), None) for line in READ[::3]]
    questions += [Question(tuple(f"{line} --target {{out}}".split()), "out") for line in ("pip list", "pip show leaf")]
    questions.append(Question(("pip", "freeze", "--path", "{out}", "--path", "{flat}"), "out"))
    return questions


ALL: Sequence[Question] = tuple(_all())
REAL: Sequence[Question] = (
    *(
        Question((*INSTALL, *line.split()), home, as_text=home == "one", real=True)
        for line in SATISFIABLE
        for home in ("one", "two")
    ),
    *(Question((*UNINSTALL, "absent"), home, as_text=True, real=True) for home in ("one", "two")),
    Question((*SYNC, "wanted.txt", "nested.txt"), "one", real=True),
    Question((*UNINSTALL, "moss"), "one", real=True),
    Question((*INSTALL, "--target", "{out}", "trunk==1.0"), "out", real=True),
)


def some(rng: Random, touched: str | None, count: int) -> list[Question]:
    """A few different questions; `touched` names the environment that most of them should be about."""
    near = [question for question in ALL if touched is None or question.home == touched]
    chosen: list[Question] = []
    while len(chosen) < count:
        question = rng.choice(near if near and rng.random() < 0.75 else ALL)
        if question not in chosen:
            chosen.append(question)
    return chosen
