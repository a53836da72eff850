//! What an answer depends on beside the words of its command: the directory, and the variables that can shape it.

use std::cell::RefCell;
use std::sync::Arc;

use super::identity::{Identity, identity_of_cwd};
use crate::sys;

/// The process's directory and variables, as bytes to compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View(pub(super) Arc<[u8]>);

/// Whether a variable can shape an answer of uv's. Files of requirements may name any other: see [`all_variables`].
///
/// By first letters, since each call asks this of each variable there is: the beginnings that count, and whole names.
fn shapes(name: &[u8]) -> bool {
    let (beginnings, names): (&[&[u8]], &[&[u8]]) = match name.first() {
        Some(b'A') => (&[b"AWS_"], &[b"ALL_PROXY"]),
        Some(b'C') => (&[b"CONDA_", b"CLICOLOR"], &[b"COLUMNS"]),
        Some(b'D') => (&[], &[b"DEPENDABOT"]),
        Some(b'F') => (&[], &[b"FORCE_COLOR"]),
        Some(b'G') => (&[b"GIT_"], &[]),
        Some(b'H') => (&[b"HF_"], &[b"HOME", b"HTTPS_PROXY", b"HTTP_PROXY", b"HTTP_TIMEOUT"]),
        Some(b'J') => (&[], &[b"JPY_SESSION_NAME"]),
        Some(b'L') => (&[b"LC_"], &[b"LANG", b"LANGUAGE"]),
        Some(b'N') => (&[], &[b"NETRC", b"NO_COLOR", b"NO_PROXY"]),
        Some(b'P') => (&[b"PYTHON", b"PYX_"], &[b"PATH", b"PYC_INVALIDATION_MODE"]),
        Some(b'R') => (&[b"RUST_"], &[b"RAYON_NUM_THREADS"]),
        Some(b'S') => (&[b"SSL_"], &[]),
        Some(b'T') => (&[], &[b"TERM", b"TMPDIR", b"TZ", b"TZDIR"]),
        Some(b'U') => (&[b"UV_", b"UVFFI_"], &[]),
        Some(b'V') => (&[], &[b"VIRTUAL_ENV"]),
        Some(b'X') => (&[b"XDG_"], &[]),
        Some(b'_') => (&[b"_CONDA_", b"__PYVENV_"], &[]),
        Some(b'a') => (&[], &[b"all_proxy"]),
        Some(b'h') => (&[], &[b"http_proxy", b"https_proxy"]),
        Some(b'n') => (&[], &[b"no_proxy"]),
        _ => return false,
    };
    beginnings.iter().any(|beginning| name.starts_with(beginning)) || names.contains(&name)
}

/// Looks at the process as it is now: `with` gets the bytes, and the directory's identity.
///
/// The directory is told by its identity, which is faster to have than its path; that the path still leads there is a
/// matter of witnesses. `None` where the directory can't be looked at.
pub(crate) fn looked<T>(with: impl FnOnce(&[u8], &Identity) -> T) -> Option<T> {
    thread_local! {
        static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let cwd = identity_of_cwd().ok()?;
    BYTES.with_borrow_mut(|bytes| {
        bytes.clear();
        for number in
            [cwd.ino, cwd.mount, u64::from(cwd.dev.0) << 32 | u64::from(cwd.dev.1), cwd.born.0.cast_unsigned()]
        {
            bytes.extend_from_slice(&number.to_ne_bytes());
        }
        bytes.extend_from_slice(&cwd.born.1.to_ne_bytes());
        sys::each_variable(|variable| {
            let end = variable.iter().position(|byte| *byte == b'=').unwrap_or(variable.len());
            if shapes(&variable[..end]) {
                bytes.extend_from_slice(variable);
                bytes.push(0);
            }
        });
        Some(with(bytes, &cwd))
    })
}

/// The view of now, to keep.
pub(crate) fn view() -> Option<View> {
    looked(|bytes, _| View(bytes.into()))
}

/// All variables, for an answer that may depend on any of them.
pub(crate) fn all_variables() -> Box<[u8]> {
    let mut bytes = Vec::new();
    sys::each_variable(|variable| {
        bytes.extend_from_slice(variable);
        bytes.push(0);
    });
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shapes_an_answer() {
        for name in ["UV_INDEX_URL", "UVFFI_PARANOID", "PATH", "https_proxy", "VIRTUAL_ENV", "_CONDA_ROOT", "LC_ALL"] {
            assert!(shapes(name.as_bytes()), "{name}");
        }
        for name in ["PYTEST_CURRENT_TEST", "PWD", "OLDPWD", "SHLVL", "_", "PATHS", "UV", ""] {
            assert!(!shapes(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn another_directory_is_another_view() {
        let here = looked(|bytes, _| bytes.to_vec()).unwrap();
        assert_eq!(looked(|bytes, _| bytes.to_vec()).unwrap(), here);
        assert!(here.len() > 28);
    }
}
