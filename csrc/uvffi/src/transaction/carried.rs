//! Users' files: given a second name in the tree that comes in, so that they are never without their path.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::object::Object;
use super::{faults, settle};
use crate::sys;

/// Gives a stranger, which may be a directory, the same place at another path. A file that comes there wins, as with
/// uv; a directory is an error.
pub(crate) fn carry(from: &Path, to: &Path) -> io::Result<()> {
    faults::point("users.carry")?;
    let found = fs::symlink_metadata(from)?;
    if !found.is_dir() {
        return match sys::link(from, to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_directory(to) => {
                Err(settle::in_the_way(to))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        };
    }
    match fs::create_dir(to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !is_directory(to) => {
            return Err(settle::in_the_way(to));
        }
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        carry(&entry.path(), &to.join(entry.file_name()))?;
    }
    // Only root may give it away; another one's own directory has the right owner.
    let _ = std::os::unix::fs::chown(to, Some(found.uid()), Some(found.gid()));
    fs::File::open(to)?.set_modified(found.modified()?)?;
    fs::set_permissions(to, fs::Permissions::from_mode(found.mode() & 0o7777))
}

/// The same, with the directories above it.
pub(crate) fn carry_below(path: &Path, from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(to.join(parent))?;
    }
    carry(&from.join(path), &to.join(path))
}

/// Removes from a tree the files that live by the same paths: users', which have a second name in it.
pub(crate) fn drop_second_names(tree: &Path, live: &Path) -> io::Result<()> {
    for entry in fs::read_dir(tree)? {
        let entry = entry?;
        let (path, live) = (entry.path(), live.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            drop_second_names(&path, &live)?;
            // One that is users' alone is empty by now.
            let _ = fs::remove_dir(&path);
        } else if Object::at(&path)? == Object::at(&live)? {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}
