"""What is installed already: kept, preferred, looked up, validated, replaced when asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support import interpreters
from tests.support.environments import site_packages
from tests.support.sdists import write_tree
from tests.support.snapshot import installed

from .conftest import Run, told


def test_versions_are_kept(run: Run) -> None:
    """Unless another is asked for; and what comes later is resolved around them."""
    run("install alpha==1.0")
    assert told(run("install alpha")) == []
    assert told(run("install extras[fast]")) == [("extras", None, "1.0")]
    assert told(run("install alpha --upgrade")) == [("alpha", "1.0", "2.0")]


def test_versions_are_preferred(run: Run) -> None:
    """Where all has to be resolved anew, the installed version is the first that is tried."""
    run("install alpha==1.0")
    assert told(run("install marked --upgrade-package marked")) == [("marked", None, "1.0")]
    assert told(run("install marked --upgrade-package alpha")) == [("alpha", "1.0", "2.0")]


def test_strict(run: Run) -> None:
    """What is there is validated after the install, and what is missing is told."""
    answer = run("install beta==2.0 --no-deps --strict")
    assert "requires `alpha>=2`" in answer["stderr"] or "requires alpha>=2" in answer["stderr"]
    assert "warning" not in run("install beta==2.0 --strict")["stderr"]


def test_reinstall(run: Run, venv: Path) -> None:
    run("install beta==1.0")
    (site_packages(venv) / "alpha" / "__init__.py").unlink()
    assert told(run("install beta==1.0 --reinstall-package alpha")) == [("alpha", "1.1", "1.1")]
    assert (site_packages(venv) / "alpha" / "__init__.py").is_file()
    assert told(run("install beta==1.0 --reinstall")) == [("alpha", "1.1", "1.1"), ("beta", "1.0", "1.0")]


def test_lookups_by_url(run: Run, wheels: Path) -> None:
    """What was installed from a URL is known by it: asked for again it is there, by another it is not."""
    run("install", str(wheels / "alpha-1.0-py3-none-any.whl"))
    assert told(run("install", str(wheels / "alpha-1.0-py3-none-any.whl"))) == []
    assert told(run("install alpha")) == []
    assert told(run("install", str(wheels / "alpha-1.1-py3-none-any.whl"))) == [("alpha", "1.0", "1.1")]
    assert told(run("uninstall", str(wheels / "alpha-1.1-py3-none-any.whl"))) == [("alpha", "1.1", None)]


def test_editable_over_an_index(run: Run, venv: Path, tmp_path: Path) -> None:
    """`-e ../alpha` over alpha of an index leaves one alpha."""
    run("install alpha==1.0")
    write_tree(tmp_path / "tree", "alpha", "3.0")
    answer = run("install -e", str(tmp_path / "tree"))
    assert told(answer) == [("alpha", "1.0", "3.0")]
    assert installed(site_packages(venv)) == {"alpha": "3.0"}
    assert not (site_packages(venv) / "alpha").exists()
    assert told(run("install alpha==1.0")) == [("alpha", "3.0", "1.0")]
    assert installed(site_packages(venv)) == {"alpha": "1.0"}


def test_urls_as_they_were_written(run: Run, wheels: Path, env: dict[str, str], tmp_path: Path) -> None:
    """Variables in them are used, and not shown."""
    link = Path(env["HOME"]) / "wheels"
    if not link.is_symlink():
        link.symlink_to(wheels)
    file = tmp_path / "requirements.in"
    written = "${HOME}/wheels/alpha-1.0-py3-none-any.whl"
    file.write_text(f"alpha @ file://{written}\n")
    lines = [line for line in run("compile", str(file))["stdout"].splitlines() if ".whl" in line]
    assert len(lines) == 1
    assert written in lines[0]
    assert told(run("install -r", str(file))) == [("alpha", None, "1.0")]


def test_seeds_stay(run: Run, env: dict[str, str], tmp_path: Path) -> None:
    """`pip sync` leaves the seeds of an environment that another tool made, and takes what else is not asked for."""
    foreign = tmp_path / "foreign"
    subprocess.run([interpreters.own()[1], "-m", "venv", foreign], env=env, check=True, capture_output=True)
    run("install alpha==1.0", python=foreign)
    before = installed(site_packages(foreign))
    assert "pip" in before
    file = tmp_path / "requirements.txt"
    file.write_text("lonely==1.0\n")
    run("sync", str(file), python=foreign)
    after = installed(site_packages(foreign))
    assert after.pop("lonely") == "1.0"
    assert after == {name: version for name, version in before.items() if name != "alpha"}
