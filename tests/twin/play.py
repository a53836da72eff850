"""Plays one case on both sides and says all that is wrong."""

from __future__ import annotations

import json
import shutil
from typing import Any

import jsonschema

from tests.support.data import wrong_data
from tests.support.worker import ROOT

from .case import Case
from .sides import Side
from .stage import Stage, Theatre
from .verdict import differences, picture, unexpected, wrong_result

SCHEMA: dict[str, Any] = json.loads((ROOT / "uvffi" / "schema" / "result.schema.json").read_text())


def play(case: Case, theatre: Theatre, judge: Side, twin: Side) -> str:
    """What is wrong, or nothing. What went well is removed: hundreds of environments would stay."""
    shutil.rmtree(theatre.cwd / case.id, ignore_errors=True)
    stages = [Stage(theatre, case, side.letter) for side in (judge, twin)]
    for stage in stages:
        stage.set_up()
    for turn in range(case.times):
        pictures = []
        results = []
        outcomes = []
        for side, stage in zip((judge, twin), stages):
            argv = stage.argv(case.argv, bare=case.bare)
            outcome, result = side.run(argv, stage.env(), stage.cwd(), case.given)
            pictures.append(picture(stage, outcome))
            outcomes.append(outcome)
            results.append(result)
        wrong = differences(*pictures)
        if turn == case.times - 1:
            wrong += unexpected(stages[0], pictures[0])
        if results[1] is not None:
            jsonschema.validate(results[1], SCHEMA)
            if results[1]["route"] == "resident" and results[1]["data"] is not None:
                jsonschema.validate(results[1]["data"], {"$ref": f"#/$defs/{argv[1]}", "$defs": SCHEMA["$defs"]})
            wrong += wrong_result(stages[1], results[1], pictures[0])
            # Against its own side's text, which was just held against uv's: paths have the side in them.
            wrong += wrong_data(argv, results[1], outcomes[1])
        if wrong:
            return "\n".join([f"uv {' '.join(argv)}", *wrong])
    shutil.rmtree(stages[0].folder)
    return ""
