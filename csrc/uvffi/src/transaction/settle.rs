//! After the renames: nothing that a user wrote meanwhile may stay in a tree that went out.

use std::io;
use std::path::PathBuf;

use super::arrange::Whole;
use super::node::Node;
use super::object;
use super::{carried, faults, strangers};

/// Gives what appeared in an outgoing directory, since it was looked through, its path back; which, below it.
pub(crate) fn give_back(whole: &Whole, node: &Node) -> io::Result<Vec<PathBuf>> {
    faults::point("settle.look")?;
    let mut given = Vec::new();
    if is_as_it_was(whole)? {
        return Ok(given);
    }
    let mut known = node;
    for part in whole.path.components() {
        match known.child(part.as_os_str()) {
            Some(child) => known = child,
            None => return Ok(given),
        }
    }
    for path in strangers::strangers(&whole.beside, known)?.paths {
        if !whole.strangers.contains(&path) {
            carried::carry_below(&path, &whole.beside, &whole.live)?;
            given.push(path);
        }
    }
    Ok(given)
}

/// Whether no name came or went in it: the rename itself changes nothing but the ctime of the directory renamed.
fn is_as_it_was(whole: &Whole) -> io::Result<bool> {
    for (path, then) in &whole.directories {
        let now = object::stat(&whole.beside.join(path))?;
        if now.is_none_or(|now| (now.modified, now.size, now.ino) != (then.modified, then.size, then.ino)) {
            return Ok(false);
        }
    }
    Ok(true)
}
