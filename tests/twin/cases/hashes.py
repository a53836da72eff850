"""Hash checking."""

from __future__ import annotations

from tests.support import universe

from ..case import Case


def digest(filename: str) -> str:
    """The real hash of a file of the main index."""
    return next(dist.sha256 for dist in universe.main() if dist.filename == filename)


ALPHA_1 = digest("alpha-1.0-py3-none-any.whl")
BETA_1 = digest("beta-1.0-py3-none-any.whl")
LONELY = digest("lonely-1.0-py3-none-any.whl")
GOOD = f"lonely==1.0 --hash=sha256:{LONELY}\n"
WRONG = f"lonely==1.0 --hash=sha256:{'2' * 64}\n"
BOTH = f"alpha==1.0 --hash=sha256:{ALPHA_1}\nbeta==1.0 \\\n    --hash=sha256:{'3' * 64} \\\n    --hash=sha256:{BETA_1}\n"
HERE = {"r.txt": GOOD}

CASES = [
    Case("hash", "pip install --require-hashes -r {name}/r.txt", files=HERE, after={"lonely": "1.0"}),
    Case("hash-no-op", "pip install --require-hashes -r {name}/r.txt", files=HERE, times=2, after={"lonely": "1.0"}),
    Case("hash-several", "pip install --require-hashes -r {name}/r.txt", files={"r.txt": BOTH}, after={"alpha": "1.0", "beta": "1.0"}),
    Case("hash-wrong", "pip install --require-hashes --cache-dir {fresh} -r {name}/r.txt", files={"r.txt": WRONG}, exit=1, says=("Hash mismatch",), after={}),
    Case("hash-wrong-cached", "pip install --require-hashes -r {name}/r.txt", seed="lonely", before=("pip uninstall lonely",), files={"r.txt": WRONG}, exit=1, says=("Hash mismatch",), after={}),
    Case("hash-wrong-installed", "pip install --require-hashes -r {name}/r.txt", seed="lonely", files={"r.txt": WRONG}, after={"lonely": "1.0"}),
    Case("hash-missing", "pip install --require-hashes -r {name}/r.txt", files={"r.txt": "lonely==1.0\n"}, exit=2, says=("--require-hashes",), after={}),
    Case("hash-unpinned", "pip install --require-hashes -r {name}/r.txt", files={"r.txt": f"lonely>=1 --hash=sha256:{LONELY}\n"}, exit=2, says=("==",), after={}),
    Case("hash-dependency-missing", "pip install --require-hashes -r {name}/r.txt", files={"r.txt": f"beta==1.0 --hash=sha256:{BETA_1}\n"}, exit=2, says=("found: `alpha`",), after={}),
    Case("hash-no-deps", "pip install --require-hashes --no-deps -r {name}/r.txt", files={"r.txt": f"beta==1.0 --hash=sha256:{BETA_1}\n"}, after={"beta": "1.0"}),
    Case("hash-on-command-line", "pip install --require-hashes lonely", exit=2, says=("--require-hashes",), after={}),
    Case("hash-verified-unasked", "pip install --cache-dir {fresh} -r {name}/r.txt", files={"r.txt": WRONG}, exit=1, says=("Hash mismatch",), after={}),
    Case("hash-not-verified", "pip install --no-verify-hashes --cache-dir {fresh} -r {name}/r.txt", files={"r.txt": WRONG}, after={"lonely": "1.0"}),
    Case("hash-verify-flag", "pip install --verify-hashes -r {name}/r.txt", files=HERE, after={"lonely": "1.0"}),
    Case("hash-in-url", f"pip install '{{base}}/main/files/lonely-1.0-py3-none-any.whl#sha256={LONELY}'", after={"lonely": "1.0"}),
    Case("hash-in-url-wrong", f"pip install --cache-dir {{fresh}} '{{base}}/main/files/lonely-1.0-py3-none-any.whl#sha256={'4' * 64}'", exit=1, says=("Hash mismatch",), after={}),
    Case("hash-in-path", f"pip install 'lonely @ file://{{wheels}}/lonely-1.0-py3-none-any.whl#sha256={LONELY}'", after={"lonely": "1.0"}),
    Case("hash-in-path-wrong", f"pip install --cache-dir {{fresh}} 'lonely @ file://{{wheels}}/lonely-1.0-py3-none-any.whl#sha256={'5' * 64}'", exit=1, says=("Hash mismatch",), after={}),
    Case("hash-variable", "pip install -r {name}/r.txt", env={"UV_REQUIRE_HASHES": "1"}, files=HERE, after={"lonely": "1.0"}),
    Case("hash-constraint", "pip install lonely -c {name}/r.txt", files={"r.txt": WRONG}, exit=1, says=("Hash mismatch",), after={}),
    Case("hash-sha512-too", "pip install -r {name}/r.txt", files={"r.txt": f"lonely==1.0 --hash=sha512:{'6' * 128}\n"}, exit=1, says=("Hash mismatch",), after={}),
    Case("hash-malformed", "pip install -r {name}/r.txt", files={"r.txt": "lonely==1.0 --hash=sha256\n"}, exit=2, says=("Unexpected hash",), after={}),
    Case("hash-of-index-wrong", "pip install lie --cache-dir {fresh}", after={"lie": "1.0"}),
    Case("hash-find-links", "pip install --require-hashes --no-index -f {wheels} -r {name}/r.txt", files=HERE, after={"lonely": "1.0"}),
]
