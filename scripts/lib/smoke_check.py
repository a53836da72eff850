"""What must work of an installed uvffi in any Python; run by it, with a folder of wheels and one to work in."""

from __future__ import annotations

import os
import subprocess
import sys

import uvffi


def main(offered: str, place: str) -> None:
    assert "site-packages" in uvffi.__file__, uvffi.__file__
    assert os.path.isfile(uvffi.library_path()), uvffi.library_path()

    target = os.path.join(place, "target")
    made = uvffi.run(["venv", "--python", sys.executable, target])
    assert made.ok and made.route == "child", made.stderr
    env = uvffi.Environment(target)
    assert env.python_version == ".".join(map(str, sys.version_info[:3])), env.python_version
    assert len(env.packages) == 0, env.packages

    options: uvffi.InstallOptions = {"no_index": True, "find_links": offered, "no_config": True}
    rc, installed, removed = env.install("swatch==1.0", **options)
    assert (rc, installed, removed) == (0, (("swatch", "1.0"),), ()), (rc, installed, removed)
    assert version_in(env) == "1.0"

    plan = env.plan("swatch==2.0", **options)
    assert [change.action for change in plan.changes] == ["upgraded"], plan
    assert version_in(env) == "1.0"
    rc, installed, removed = plan.apply()
    assert (rc, installed, removed) == (0, (("swatch", "2.0"),), (("swatch", "1.0"),)), (rc, installed, removed)
    assert env.packages["Swatch"].version == version_in(env) == "2.0"
    assert not env.plan("swatch", **options)

    try:
        env.install("swatch==3.0", **options)
    except uvffi.ResolutionError as error:
        assert "swatch==3.0" in str(error), error
    else:
        raise AssertionError("a version that isn't there was installed")
    try:
        uvffi.run("pip install 'swatch")
    except uvffi.RequestError as error:
        assert isinstance(error, ValueError)
        assert error.code == "bad-quoting", error
    else:
        raise AssertionError("an open quote was accepted")

    assert env.uninstall("swatch").removed == (("swatch", "2.0"),)
    assert "swatch" not in env.packages
    assert uvffi.shutdown()

    for command in ([sys.executable, "-m", "uvffi"], [os.path.join(os.path.dirname(sys.executable), "uvffi")]):
        told = subprocess.run([*command, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
        assert told.split()[:2] == ["uv", uvffi.uv_version()], told
        assert subprocess.run([*command, "--no-such-flag"], stderr=subprocess.PIPE, check=False).returncode == 2


def version_in(env: uvffi.Environment) -> str:
    """The version that the environment's own Python imports."""
    words = [env.python, "-B", "-c", "import swatch; print(swatch.VERSION)"]
    return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout.decode().strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
