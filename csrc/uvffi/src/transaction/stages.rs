//! Directories beside the live tree that nobody needs any more.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Removes a stage, or a tree; what can't be removed now is left to a later call.
pub(crate) fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_err_and(|error| error.kind() != io::ErrorKind::NotFound) {
        let _ = make_writable(path).and_then(|()| fs::remove_dir_all(path));
    }
}

/// What a directory has, if it is there. What a link leads to is not ours.
pub(crate) fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let own = (!directory.is_symlink()).then(|| fs::read_dir(directory));
    own.into_iter().flatten().flatten().flatten().map(|entry| entry.path())
}

/// A wheel may bring directories that not even their owner may write to.
fn make_writable(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(directory, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_writable(&entry.path())?;
        }
    }
    Ok(())
}
