//! The one table of what is resident: every argument of uv 0.12.5 that applies to a resident command.
//!
//! A test holds it against uv's own parser, in both directions: an argument that a new uv brings is in no row, and the
//! test fails until somebody decides. An argument that a call does not give has no say.

use std::ffi::OsStr;

/// Where a call goes that gives an argument.
#[derive(Clone, Copy)]
pub(crate) enum Goes {
    Resident,
    Child(&'static str),
    /// To the Child for some values.
    ChildIf(fn(&OsStr) -> bool, &'static str),
}

/// clap's id of an argument, and where it goes.
pub(crate) type Row = (&'static str, Goes);

use Goes::{Child, ChildIf, Resident};

const LOGS: &str = "the log goes to standard error";
const PREVIEW: &str = "preview features are process-wide";
const STDIN: &str = "standard input belongs to the host";
const ELSEWHERE: &str = "another directory than the process's";
const KEYRING: &str = "the keyring is a program of its own";
const TARGET: &str = "another Python version or platform is the target";
const GROUPS: &str = "dependency groups are read by uv";
const TORCH: &str = "a PyTorch backend is looked for outside the process";
const REFUSED: &str = "uv refuses it";
const ANSWERED: &str = "uv answers without running the command";
const NEWEST: &str = "the newest versions are asked of the index";
const DEPRECATED: &str = "deprecated in uv, or without effect";

/// Arguments of every uv command.
pub(crate) const GLOBAL: &[Row] = &[
    ("no_cache", Resident),
    ("cache_dir", Resident),
    ("python_preference", Resident),
    ("managed_python", Resident),
    ("no_managed_python", Resident),
    // The resident engine downloads no Python: where one is missing, the Child decides.
    ("allow_python_downloads", Resident),
    ("no_python_downloads", Resident),
    ("python_fetch", Child(DEPRECATED)),
    ("quiet", Resident),
    ("verbose", Child(LOGS)),
    ("no_color", Resident),
    ("color", ChildIf(|value| value == "always", "resident answers have no colour")),
    ("native_tls", Resident),
    ("no_native_tls", Resident),
    ("system_certs", Resident),
    ("no_system_certs", Resident),
    ("offline", Resident),
    ("no_offline", Resident),
    ("allow_insecure_host", Resident),
    ("preview", Child(PREVIEW)),
    ("no_preview", Resident),
    ("preview_features", Child(PREVIEW)),
    ("isolated", Child(DEPRECATED)),
    ("show_settings", Child(ANSWERED)),
    ("no_progress", Resident),
    ("no_installer_metadata", Resident),
    ("directory", Child(ELSEWHERE)),
    ("project", Child(ELSEWHERE)),
    ("config_file", Resident),
    ("no_config", Resident),
    ("help", Child(ANSWERED)),
];

/// Arguments of `uv` alone, before any command.
pub(crate) const TOP: &[Row] = &[("version", Child(ANSWERED))];

/// Arguments of every `uv pip` command.
pub(crate) const PIP: &[Row] = &[("cert", Resident)];

/// Arguments that `uv pip install` and `uv pip sync` have in common.
pub(crate) const CHANGE: &[Row] = &[
    // What to install.
    ("constraints", ChildIf(is_stdin, STDIN)),
    ("build_constraints", ChildIf(is_stdin, STDIN)),
    ("extra", Resident),
    ("all_extras", Resident),
    ("no_all_extras", Resident),
    ("group", Child(GROUPS)),
    // Where to find it.
    ("index", Resident),
    ("default_index", Resident),
    ("index_url", Resident),
    ("extra_index_url", Resident),
    ("find_links", Resident),
    ("no_index", Resident),
    ("index_strategy", Resident),
    ("keyring_provider", ChildIf(|value| value != "disabled", KEYRING)),
    ("torch_backend", Child(TORCH)),
    ("no_sources", Resident),
    ("no_sources_package", Resident),
    ("refresh", Resident),
    ("no_refresh", Resident),
    ("refresh_package", Resident),
    // Which version.
    ("exclude_newer", Resident),
    ("exclude_newer_package", Resident),
    ("python_version", Child(TARGET)),
    ("python_platform", Child(TARGET)),
    ("require_hashes", Resident),
    ("no_require_hashes", Resident),
    ("verify_hashes", Resident),
    ("no_verify_hashes", Resident),
    // Building: what must be built is built in a Child, with all of these.
    ("no_build", Resident),
    ("build", Resident),
    ("no_binary", Resident),
    ("only_binary", Resident),
    ("no_build_isolation", Resident),
    ("build_isolation", Resident),
    ("config_setting", Resident),
    ("config_settings_package", Resident),
    // Where to install it, and how.
    ("python", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("break_system_packages", Resident),
    ("no_break_system_packages", Resident),
    ("target", Resident),
    ("prefix", Resident),
    ("reinstall", Resident),
    ("no_reinstall", Resident),
    ("reinstall_package", Resident),
    ("link_mode", Resident),
    ("compile_bytecode", Resident),
    ("no_compile_bytecode", Resident),
    ("strict", Resident),
    ("no_strict", Resident),
    ("dry_run", Resident),
    // pip's, for compatibility.
    ("user", Child(REFUSED)),
];

/// Further arguments of `uv pip install`.
pub(crate) const INSTALL: &[Row] = &[
    // What to install.
    ("package", Resident),
    ("requirements", ChildIf(is_stdin, STDIN)),
    ("editable", Resident),
    ("no_editable", Resident),
    ("no_editable_package", Resident),
    ("overrides", ChildIf(is_stdin, STDIN)),
    ("excludes", ChildIf(is_stdin, STDIN)),
    ("no_deps", Resident),
    ("deps", Resident),
    // Which version.
    ("upgrade", Resident),
    ("no_upgrade", Resident),
    ("upgrade_package", Resident),
    ("upgrade_group", Child(GROUPS)),
    ("resolution", Resident),
    ("prerelease", Resident),
    ("prerelease_package", Resident),
    ("pre", Resident),
    ("fork_strategy", Resident),
    // Building.
    ("no_build_isolation_package", Resident),
    // Where to install it, and how.
    ("inexact", Resident),
    ("exact", Resident),
    // pip's, for compatibility.
    ("disable_pip_version_check", Resident),
];

/// Further arguments of `uv pip sync`. Its `--no-config`, without effect, has the name of one that every command has.
pub(crate) const SYNC: &[Row] = &[
    // What to install. A pylock.toml is told by its name, and is the Child's.
    ("src_file", ChildIf(is_stdin, STDIN)),
    ("allow_empty_requirements", Resident),
    ("no_allow_empty_requirements", Resident),
    // pip-sync's, which has no place for them here.
    ("ask", Child(REFUSED)),
    ("python_executable", Child(REFUSED)),
    ("client_cert", Child(REFUSED)),
    ("config", Child(REFUSED)),
    ("pip_args", Child(REFUSED)),
];

/// Arguments of `uv pip uninstall`.
pub(crate) const UNINSTALL: &[Row] = &[
    ("package", Resident),
    ("requirements", ChildIf(is_stdin, STDIN)),
    ("python", Resident),
    ("keyring_provider", ChildIf(|value| value != "disabled", KEYRING)),
    ("system", Resident),
    ("no_system", Resident),
    ("break_system_packages", Resident),
    ("no_break_system_packages", Resident),
    ("target", Resident),
    ("prefix", Resident),
    ("dry_run", Resident),
    ("disable_pip_version_check", Resident),
    ("yes", Resident),
];

/// Arguments of `uv pip list` and `uv pip tree` about indexes. Without `--outdated` they have no effect.
pub(crate) const FETCH: &[Row] = &[
    ("index", Resident),
    ("default_index", Resident),
    ("index_url", Resident),
    ("extra_index_url", Resident),
    ("find_links", Resident),
    ("no_index", Resident),
    ("index_strategy", Resident),
    ("keyring_provider", Resident),
    ("exclude_newer", Resident),
    ("exclude_newer_package", Resident),
];

/// Arguments of `uv pip list`, but for [`FETCH`].
pub(crate) const LIST: &[Row] = &[
    ("editable", Resident),
    ("exclude_editable", Resident),
    ("exclude", Resident),
    ("format", Resident),
    ("outdated", Child(NEWEST)),
    ("no_outdated", Resident),
    ("strict", Resident),
    ("no_strict", Resident),
    ("python", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("target", Resident),
    ("prefix", Resident),
    ("disable_pip_version_check", Resident),
];

/// Arguments of `uv pip freeze`.
pub(crate) const FREEZE: &[Row] = &[
    ("exclude_editable", Resident),
    ("exclude", Resident),
    ("strict", Resident),
    ("no_strict", Resident),
    ("python", Resident),
    ("paths", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("target", Resident),
    ("prefix", Resident),
    ("disable_pip_version_check", Resident),
];

/// Arguments of `uv pip show`.
pub(crate) const SHOW: &[Row] = &[
    ("package", Resident),
    ("files", Resident),
    ("strict", Resident),
    ("no_strict", Resident),
    ("python", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("target", Resident),
    ("prefix", Resident),
    ("disable_pip_version_check", Resident),
];

/// Arguments of `uv pip check`.
pub(crate) const CHECK: &[Row] = &[
    ("python", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("python_version", Resident),
    ("python_platform", Resident),
];

/// Arguments of `uv pip tree`, but for [`FETCH`].
pub(crate) const TREE: &[Row] = &[
    ("show_version_specifiers", Resident),
    ("depth", Resident),
    ("prune", Resident),
    ("package", Resident),
    ("no_dedupe", Resident),
    ("invert", Resident),
    ("outdated", Child(NEWEST)),
    ("show_sizes", Resident),
    ("strict", Resident),
    ("no_strict", Resident),
    ("python", Resident),
    ("system", Resident),
    ("no_system", Resident),
    ("disable_pip_version_check", Resident),
];

/// Whether a path is the host's standard input.
fn is_stdin(path: &OsStr) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == *name)
}
