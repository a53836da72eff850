"""What is judged is kept, line by line, whatever stops a run."""

from __future__ import annotations

from pathlib import Path

from .state import Judged, State

SAME = Judged("alone:a", "same", exit_codes=(0, 0, 0), routes=("resident",), once=("it said so",), seconds=1.5)
OTHER = Judged("alone:b", "differs", ("exit code:\n  1 and 2",), exit_codes=(1,))


def test_what_is_added_is_there_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.jsonl"
    state = State(file)
    state.add(SAME)
    state.add(OTHER)
    again = State(file)
    assert again.judged == {"alone:a": SAME, "alone:b": OTHER}
    assert again.judged["alone:a"].seconds == 1.5


def test_only_what_was_the_same_is_settled(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.add(SAME)
    state.add(OTHER)
    state.add(Judged("alone:c", "timed out", ("uv gave no answer",)))
    assert [state.settled(job) for job in ("alone:a", "alone:b", "alone:c", "alone:d")] == [True, False, False, False]


def test_the_last_word_counts(tmp_path: Path) -> None:
    file = tmp_path / "state"
    State(file).add(OTHER)
    State(file).add(Judged("alone:b", "same"))
    assert State(file).settled("alone:b")


def test_a_line_that_was_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "state"
    state = State(file)
    state.add(SAME)
    state.add(OTHER)
    file.write_bytes(file.read_bytes()[:-20])
    state = State(file)
    assert set(state.judged) == {"alone:a"}
    state.add(OTHER)
    assert State(file).judged == {"alone:a": SAME, "alone:b": OTHER}
