"""The packaging backend's hook: builds the native side and puts it into the wheel.

One wheel serves every Python of a platform: the library is reached through cffi's ABI mode and has no Python in it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "scripts"))

from lib import elf, native, paths, say


class NativeBuildHook(BuildHookInterface[Any]):
    """Runs Cargo once for a wheel; a source distribution needs nothing built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and say what goes into the wheel and whom it is for."""
        if self.target_name != "wheel":
            return
        try:
            if version == "editable":
                # The package is imported from the checkout: that is where its library must be.
                folder = paths.PACKAGE
            else:
                self._stage = tempfile.TemporaryDirectory(prefix="uvffi-wheel-")
                folder = Path(self._stage.name)
            files = native.install(folder, paths.profile())
        except say.Failed as error:
            say.die(error)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{elf.platform_tag(files[:2])}"
        if version != "editable":
            build_data["force_include"].update({str(file): f"uvffi/{file.name}" for file in files})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw away the copies that are in the wheel now."""
        stage = getattr(self, "_stage", None)
        if stage is not None:
            stage.cleanup()
