"""Bytecode compilation."""

from __future__ import annotations

from ..case import Case

ALPHA = {"alpha": "2.0"}

CASES = [
    Case("compile", "pip install --compile-bytecode alpha", bytecode=True, after=ALPHA, says=("Bytecode compiled 1 file in",)),
    Case("compile-alias", "pip install --compile alpha", bytecode=True, after=ALPHA, says=("Bytecode compiled",)),
    Case("compile-several", "pip install --compile-bytecode kinds==1.0 ns-one", bytecode=True, after={"kinds": "1.0", "ns-one": "1.0"}),
    Case("compile-no-op", "pip install --compile-bytecode alpha", seed="alpha", bytecode=True, after=ALPHA),
    Case("compile-swap", "pip install --compile-bytecode alpha==1.0", before=("pip install --compile-bytecode alpha",), bytecode=True, after={"alpha": "1.0"}),
    Case("compile-bad-syntax", "pip install --compile-bytecode bad-syntax", bytecode=True, after={"bad-syntax": "1.0"}),
    Case("compile-undone", "pip install --compile-bytecode --no-compile alpha", bytecode=True, after=ALPHA),
    Case("compile-target", "pip install --compile-bytecode --target {out} alpha", bytecode=True, places=("env", "out"), after=ALPHA),
    Case("compile-variable", "pip install alpha", env={"UV_COMPILE_BYTECODE": "1"}, bytecode=True, after=ALPHA),
    Case("compile-dry-run", "pip install --compile-bytecode --dry-run alpha", bytecode=True, after={}),
    Case("bytecode-swapped-away", "pip install alpha==1.0", before=("pip install --compile-bytecode alpha",), bytecode=True, after={"alpha": "1.0"}),
    Case("bytecode-uninstalled", "pip uninstall kinds", before=("pip install --compile-bytecode kinds==1.0",), bytecode=True, after={}),
    Case("bytecode-reinstalled", "pip install --reinstall alpha", before=("pip install --compile-bytecode alpha",), bytecode=True, after=ALPHA),
]
