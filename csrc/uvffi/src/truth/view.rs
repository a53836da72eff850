//! What an answer depends on beside the words of its command: the directory, and the variables that can shape it.

use std::cell::RefCell;
use std::sync::Arc;

use super::identity::{Identity, identity_of_cwd};
use crate::sys;

/// The process's directory and variables, as bytes to compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View(pub(super) Arc<[u8]>);

/// Whether a variable can shape an answer of uv's. Files of requirements may name any other: see [`all_variables`].
fn shapes(name: &[u8]) -> bool {
    const BEGINNINGS: &[&[u8]] = &[
        b"AWS_",
        b"CLICOLOR",
        b"CONDA_",
        b"GIT_",
        b"HF_",
        b"LC_",
        b"PYTHON",
        b"PYX_",
        b"RUST_",
        b"SSL_",
        b"UVFFI_",
        b"UV_",
        b"XDG_",
        b"_CONDA_",
        b"__PYVENV_",
    ];
    const NAMES: &[&[u8]] = &[
        b"ALL_PROXY",
        b"COLUMNS",
        b"DEPENDABOT",
        b"FORCE_COLOR",
        b"HOME",
        b"HTTPS_PROXY",
        b"HTTP_PROXY",
        b"HTTP_TIMEOUT",
        b"JPY_SESSION_NAME",
        b"LANG",
        b"LANGUAGE",
        b"NETRC",
        b"NO_COLOR",
        b"NO_PROXY",
        b"PATH",
        b"PYC_INVALIDATION_MODE",
        b"RAYON_NUM_THREADS",
        b"TERM",
        b"TMPDIR",
        b"TZ",
        b"TZDIR",
        b"VIRTUAL_ENV",
        b"all_proxy",
        b"http_proxy",
        b"https_proxy",
        b"no_proxy",
    ];
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) || NAMES.contains(&name)
}

/// First letters of the above: most names end here.
const fn may_shape(first: u8) -> bool {
    matches!(
        first,
        b'A' | b'C'
            | b'D'
            | b'F'
            | b'G'
            | b'H'
            | b'J'
            | b'L'
            | b'N'
            | b'P'
            | b'R'
            | b'S'
            | b'T'
            | b'U'
            | b'V'
            | b'X'
            | b'_'
            | b'a'
            | b'h'
            | b'n'
    )
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
        for number in [cwd.ino, u64::from(cwd.dev.0) << 32 | u64::from(cwd.dev.1), cwd.born.0.cast_unsigned()] {
            bytes.extend_from_slice(&number.to_ne_bytes());
        }
        bytes.extend_from_slice(&cwd.born.1.to_ne_bytes());
        sys::each_variable(|variable| {
            if variable.first().copied().is_some_and(may_shape)
                && shapes(variable.split(|byte| *byte == b'=').next().unwrap_or_default())
            {
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
            assert!(may_shape(name.as_bytes()[0]) && shapes(name.as_bytes()), "{name}");
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
