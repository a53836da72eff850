//! After the renames: nothing that a user wrote meanwhile may stay in a tree that went out.

use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::arrange::Whole;
use super::near::Nested;
use super::node::Node;
use super::object::Object;
use super::{carried, faults, strangers};
use crate::sys;

/// Gives what appeared in an outgoing directory, since it was looked through, its path back; which, below it. `node`
/// knows what comes in and goes out, below the base; it is asked only where something appeared.
pub(crate) fn give_back(whole: &Whole, node: &dyn Deref<Target = Node>) -> io::Result<Vec<PathBuf>> {
    faults::point("settle.look")?;
    if whole.strangers.is_empty() && is_as_it_was(whole)? {
        return Ok(Vec::new());
    }
    node.at(&whole.path).map_or(Ok(Vec::new()), |known| look_through(whole, known))
}

/// The same, without a look whether anything changed; `known` is what goes out of that directory.
pub(crate) fn look_through(whole: &Whole, known: &Node) -> io::Result<Vec<PathBuf>> {
    let mut found = strangers::strangers(&whole.gone, known)?.paths;
    // At the very path of a file that comes, that one wins, as with uv.
    found.retain(|path| !known.brings(path));
    for path in &found {
        // What was carried along may have been written anew, or have got more in it.
        give(&whole.gone.join(path), &whole.live.join(path))?;
    }
    Ok(found)
}

/// Makes a path lead to what a user has in a tree that went out.
fn give(gone: &Path, live: &Path) -> io::Result<()> {
    let (there, mine) = (Object::at(live)?, Object::at(gone)?);
    if there == mine {
        return Ok(());
    }
    let is_directory = fs::symlink_metadata(gone)?.is_dir();
    match there {
        None => {
            if let Some(parent) = live.parent() {
                fs::create_dir_all(parent)?;
            }
            carried::carry(gone, live)
        }
        Some(_) if is_directory && live.is_dir() => {
            for entry in fs::read_dir(gone)? {
                let name = entry?.file_name();
                give(&gone.join(&name), &live.join(&name))?;
            }
            Ok(())
        }
        Some(_) if is_directory || live.is_dir() => Err(in_the_way(live)),
        // Saved as editors do, by a new file in the place of the old one, while that was carried along.
        Some(_) => {
            let beside = live.with_extension("uvffi-new");
            // A dead process may have left one.
            let _ = fs::remove_file(&beside);
            sys::link(gone, &beside)?;
            fs::rename(&beside, live)
        }
    }
}

pub(super) fn in_the_way(path: &Path) -> io::Error {
    io::Error::new(
        io::ErrorKind::AlreadyExists,
        format!("`{}` is in the way of a file that is no package's", path.display()),
    )
}

/// Whether no name came or went in it: the rename itself changes nothing but the ctime of the directory renamed.
fn is_as_it_was(whole: &Whole) -> io::Result<bool> {
    let mut nested = Nested::below(&whole.gone, whole.directories.len());
    for (path, then) in &whole.directories {
        let now = nested.stamp(path)?;
        if now.is_none_or(|now| (now.modified, now.size, now.object) != (then.modified, then.size, then.object)) {
            return Ok(false);
        }
    }
    Ok(true)
}
