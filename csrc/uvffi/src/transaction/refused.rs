use std::collections::HashSet;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The live directories that their filesystem would not rename as one: those of an overlay's lower layers. They, and
/// all below them, are gone through file by file.
#[derive(Debug, Default)]
pub(crate) struct Refused(Mutex<HashSet<PathBuf>>);

impl Refused {
    pub(crate) fn add(&self, directory: PathBuf) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(directory);
    }

    pub(crate) fn has(&self, directory: &Path) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !known.is_empty() && directory.ancestors().any(|path| known.contains(path))
    }
}

/// Has a file of a lower layer copied up: done by the rename, it would give the file another identity.
pub(crate) fn copy_up(live: &Path) {
    if live.is_file() && !live.is_symlink() {
        let _ = OpenOptions::new().write(true).custom_flags(libc::O_NOFOLLOW).open(live);
    }
}
