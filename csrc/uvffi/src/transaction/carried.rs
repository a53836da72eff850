//! Users' files: given a second name in the tree that comes in, so that they are never without their path.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::faults;
use crate::sys;

/// Gives a stranger, which may be a directory, the same place below another directory. What is there already stays.
pub(crate) fn carry(from: &Path, to: &Path) -> io::Result<()> {
    faults::point("users.carry")?;
    let found = fs::symlink_metadata(from)?;
    if !found.is_dir() {
        return existing(sys::link(from, to));
    }
    if existing(fs::create_dir(to)).is_ok() && fs::symlink_metadata(to)?.is_dir() {
        fs::set_permissions(to, fs::Permissions::from_mode(found.mode() & 0o7777))?;
        // Only root may give it away; another one's own directory has the right owner.
        let _ = std::os::unix::fs::chown(to, Some(found.uid()), Some(found.gid()));
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            carry(&entry.path(), &to.join(entry.file_name()))?;
        }
        fs::File::open(to)?.set_modified(found.modified()?)?;
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("`{}` is in the way", to.display())))
}

/// The same, with the directories above it.
pub(crate) fn carry_below(path: &Path, from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(to.join(parent))?;
    }
    carry(&from.join(path), &to.join(path))
}

fn existing(made: io::Result<()>) -> io::Result<()> {
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}
