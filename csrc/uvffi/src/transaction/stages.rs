//! Directories beside the live tree that nobody needs any more.

use std::fs;
use std::path::Path;

/// Removes a stage, or a tree; what can't be removed now is left to a later call.
pub(crate) fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_err() {
        let _ = make_writable(path).and_then(|()| fs::remove_dir_all(path));
    }
}

/// A wheel may bring directories that not even their owner may write to.
fn make_writable(directory: &Path) -> std::io::Result<()> {
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
