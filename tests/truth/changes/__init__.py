"""What others do to an environment and to what surrounds it. Each change is made by chance from a seed."""

from . import around, config, dist_info, engine, files, hurried, places, roots, tools, variables
from .catalogue import CATALOGUE, Change
from .hurried import HURRIED

__all__ = [
    "CATALOGUE",
    "HURRIED",
    "Change",
    "around",
    "config",
    "dist_info",
    "engine",
    "files",
    "hurried",
    "places",
    "roots",
    "tools",
    "variables",
]
