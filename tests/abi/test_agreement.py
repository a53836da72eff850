"""The header is the one declaration of the ABI: everything else that names its parts must agree with it."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.worker import ROOT

pytestmark = pytest.mark.timeout(60)
HEADER = ROOT / "csrc" / "include" / "uvffi.h"
DECLARED = re.compile(r"^(?P<returns>[a-z_][\w ]*?[ *]+)(?P<name>uvffi_\w+)\((?P<takes>[^)]*)\);", re.MULTILINE)


def code() -> str:
    """The header without its comments."""
    return re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)


def declared() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By function: what it returns, and the type and name of each parameter."""
    found = {}
    for match in DECLARED.finditer(code()):
        takes = [] if match["takes"] == "void" else match["takes"].split(",")
        pairs = [re.fullmatch(r"\s*(.*?[ *])(\w+)\s*", one) for one in takes]
        found[match["name"]] = (plain(match["returns"]), [(plain(pair[1]), pair[2]) for pair in pairs if pair])
    return found


def plain(kind: str) -> str:
    """A C type as far as cffi knows it: without `const`."""
    return " ".join(re.sub(r"\bconst\b|\bstruct\b", "", kind).replace("*", " * ").split())


def abi() -> int:
    (number,) = re.findall(r"^#define UVFFI_ABI (\d+)$", HEADER.read_text(), re.MULTILINE)
    return int(number)


def module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make(folder: Path) -> Path:
    """The cffi module made from the header as it is now."""
    made: Path = module_of(ROOT / "build_ffi.py").generate(HEADER, folder / "_uvffi.py")
    return made


@pytest.fixture
def ffi(tmp_path: Path) -> Any:
    return module_of(make(tmp_path)).ffi


def test_size() -> None:
    assert len(HEADER.read_text().splitlines()) <= 120
    assert 7 <= len(declared()) <= 12


@pytest.mark.parametrize(
    ("compiler", "words"),
    [
        ("cc", ["-std=c99", "-x", "c"]),
        ("cc", ["-std=c11", "-x", "c"]),
        ("c++", ["-std=c++98", "-x", "c++"]),
        ("c++", ["-std=c++17", "-x", "c++"]),
    ],
    ids=["c99", "c11", "c++98", "c++17"],
)
def test_compiles(compiler: str, words: list[str], tmp_path: Path) -> None:
    """By itself, twice in one file, and with every function used."""
    found = shutil.which(compiler)
    if found is None:
        pytest.skip(f"there is no `{compiler}` here")
    uses = "".join(f"    (void)&{name};\n" for name in declared())
    source = tmp_path / "uses.c"
    source.write_text('#include "uvffi.h"\n#include "uvffi.h"\nint main(void)\n{\n' + uses + "    return 0;\n}\n")
    strict = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]
    done = subprocess.run(
        [found, *words, *strict, f"-I{HEADER.parent}", str(source)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_cffi_module_is_of_this_header(library: Path, tmp_path: Path) -> None:
    built = ROOT / "uvffi" / "_uvffi.py"
    same = built.read_text() == make(tmp_path).read_text()
    assert same, "uvffi/_uvffi.py is not what build_ffi.py makes of the header: run scripts/build"


def test_cffi_functions(ffi: Any, library: Path) -> None:
    lib = ffi.dlopen(str(library))
    names = {name for name in dir(lib) if callable(getattr(lib, name))}
    assert names == set(declared())
    for name, (returns, takes) in declared().items():
        kind = ffi.typeof(getattr(lib, name))
        assert plain(kind.result.cname) == returns, name
        assert [plain(argument.cname) for argument in kind.args] == [one for one, _ in takes], name


def test_buffer(ffi: Any) -> None:
    kind = ffi.typeof("uvffi_buf")
    assert [(name, field.type.cname) for name, field in kind.fields] == [("data", "char *"), ("len", "size_t")]


def test_stub() -> None:
    stub = ast.parse((ROOT / "uvffi" / "_uvffi.pyi").read_text())
    (library,) = [node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == "Library"]
    methods = {node.name: node for node in library.body if isinstance(node, ast.FunctionDef)}
    assert set(methods) == set(declared())
    for name, (returns, takes) in declared().items():
        arguments = methods[name].args
        assert [one.arg for one in (*arguments.posonlyargs, *arguments.args)][1:] == [one for _, one in takes], name
        nothing = isinstance(methods[name].returns, ast.Constant)
        assert nothing == (returns == "void"), name


def test_exported_symbols(library: Path) -> None:
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("there is no `nm` here")
    told = subprocess.run([nm, "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True).stdout
    assert {line.split()[-1] for line in told.splitlines()} == set(declared())


def test_abi_number(ffi: Any, library: Path) -> None:
    number = abi()
    assert ffi.integer_const("UVFFI_ABI") == number
    assert ffi.dlopen(str(library)).uvffi_abi() == number
    for source in ("uvffi/src/abi.rs", "launcher/src/main.rs"):
        text = (ROOT / "csrc" / source).read_text()
        assert re.findall(r"\bconst ABI: u32 = (\d+);", text) == [str(number)], source


def test_codes() -> None:
    """The codes that the header names, those that the library gives, and those that Python has classes for."""
    from uvffi import errors

    (listed,) = re.findall(r'"code" one of (.*?)\.\s', HEADER.read_text(), re.DOTALL)
    named = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+|\binternal\b", re.sub(r"\([^)]*\)", "", listed)))
    sources = "".join(path.read_text() for path in (ROOT / "csrc" / "uvffi" / "src").rglob("*.rs"))
    given = set(re.findall(r'Fault::new\(\s*"([a-z0-9-]+)"|Self::new\("([a-z0-9-]+)"', sources))
    codes = {one or other for one, other in given}
    assert len(codes) > 5
    assert named - codes == set(), "named in the header, never given"
    words = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", HEADER.read_text()))
    assert codes - words == set(), "given, not named in the header"
    assert codes - set(errors._CLASSES) == set(), "without a class of its own in Python"
