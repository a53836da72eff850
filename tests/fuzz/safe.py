"""What is not asked: a request whose variables were cut away would find the user's own directories."""

from __future__ import annotations

import json

from .case import Step
from .ground import Ground


def is_safe(ground: Ground, step: Step) -> bool:
    """Whether a call, as it would be asked, is only about what is in the ground."""
    if step["do"] != "call":
        return True
    try:
        asked = json.loads(ground.fill(step["text"]))
    except (ValueError, RecursionError):
        return True
    env = asked.get("env") if isinstance(asked, dict) else None
    return not isinstance(env, dict) or all(env.get(name) == value for name, value in ground.env.items())
