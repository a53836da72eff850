use std::env;
use std::ffi::OsString;
use std::sync::OnceLock;

use uv_static::EnvVars;

use crate::reroute::Reroute;

/// Variables that uv's crates, or those below them, read once in a process: a later value would not be seen.
const READ_ONCE: &[&str] = &[
    // Credentials and requests.
    EnvVars::HF_TOKEN,
    EnvVars::UV_NO_HF_TOKEN,
    EnvVars::DEPENDABOT,
    // Locks, threads and stacks.
    EnvVars::UV_LOCK_TIMEOUT,
    EnvVars::UV_CONCURRENT_INSTALLS,
    EnvVars::UV_STACK_SIZE,
    EnvVars::RUST_MIN_STACK,
    // Flags of the whole process.
    EnvVars::UV_SKIP_WHEEL_FILENAME_CHECK,
    EnvVars::UV_HIDE_BUILD_OUTPUT,
    // Seen when a Git URL is parsed.
    EnvVars::UV_GIT_LFS,
    // The system's time zone, in which dates of `--exclude-newer` begin, is kept for minutes.
    "TZ",
    "TZDIR",
];

/// Variables that uv's crates read once, and that lead to programs or endpoints that only the Child shall use: set at
/// all, they send the call there, so what was read here is always their absence.
const NOT_HERE: &[(&str, &str)] = &[
    (EnvVars::UV_S3_ENDPOINT_URL, "requests to S3 are signed with credentials that other programs may give"),
    (EnvVars::UV_GCS_ENDPOINT_URL, "requests to GCS are signed with credentials that other programs may give"),
    (EnvVars::UV_AZURE_ENDPOINT_URL, "requests to Azure are signed with credentials that other programs may give"),
];

static AT_START: OnceLock<Vec<Option<OsString>>> = OnceLock::new();

/// Whether the process's variables may be used for a resident call; the first one to ask sets what later calls must
/// find.
pub(crate) fn unchanged() -> Result<(), Reroute> {
    for (name, reason) in NOT_HERE {
        if env::var_os(name).is_some() {
            return Err(Reroute::because(format!("`{name}` is set: {reason}")));
        }
    }
    let at_start = AT_START.get_or_init(|| READ_ONCE.iter().map(env::var_os).collect());
    match READ_ONCE.iter().zip(at_start).find(|(name, value)| env::var_os(name) != **value) {
        Some((name, _)) => {
            Err(Reroute::because(format!("`{name}` has changed, and uv's crates read it once in a process")))
        }
        None => Ok(()),
    }
}
