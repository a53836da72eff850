use std::ffi::CStr;
use std::io;
use std::sync::OnceLock;

use crate::sys::{self, Stat};

/// By what an object on disk is known again: which one it is, and when it was last changed.
///
/// Device and inode number alone won't do, since a new object may get the number of one that was just removed; nor
/// does the time of modification, which can be set. Compared for equality only.
pub(crate) type Identity = Stat;

/// What is at `path` itself, a link not followed.
pub(crate) fn identity(path: &CStr) -> io::Result<Identity> {
    sys::stat(path, false).map(coarse)
}

/// What a path leads to.
pub(crate) fn identity_behind(path: &CStr) -> io::Result<Identity> {
    sys::stat(path, true).map(coarse)
}

pub(crate) fn identity_of_descriptor(number: i32) -> io::Result<Identity> {
    sys::stat_descriptor(number).map(coarse)
}

pub(crate) fn identity_of_cwd() -> io::Result<Identity> {
    sys::stat_cwd().map(coarse)
}

/// Whether both are one object, changed or not.
pub(crate) fn same_object(one: &Identity, other: &Identity) -> bool {
    (one.dev, one.ino, one.born, one.mode) == (other.dev, other.ino, other.born, other.mode)
}

/// For the tests: with `UVFFI_TEST_GRAIN` set, times as a filesystem keeps them that knows whole seconds only. The
/// kernels and filesystems at hand when this was made can't show what such a one hides.
fn coarse(mut identity: Identity) -> Identity {
    static COARSE: OnceLock<bool> = OnceLock::new();
    if *COARSE.get_or_init(|| std::env::var_os("UVFFI_TEST_GRAIN").is_some()) {
        identity.born.1 = 0;
        identity.modified.1 = 0;
        identity.changed.1 = 0;
    }
    identity
}
