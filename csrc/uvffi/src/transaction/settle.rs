//! After the renames: nothing that a user wrote meanwhile may stay in a tree that went out.

use std::io;
use std::ops::Deref;
use std::path::PathBuf;

use super::arrange::Whole;
use super::manifest::Stamp;
use super::node::Node;
use super::{carried, faults, strangers};

/// Gives what appeared in an outgoing directory, since it was looked through, its path back; which, below it. `node`
/// knows what comes in and goes out, below the base; it is asked only where something appeared.
pub(crate) fn give_back(whole: &Whole, node: &impl Deref<Target = Node>) -> io::Result<Vec<PathBuf>> {
    faults::point("settle.look")?;
    if is_as_it_was(whole)? {
        return Ok(Vec::new());
    }
    let mut known: &Node = node;
    for part in whole.path.components() {
        match known.child(part.as_os_str()) {
            Some(child) => known = child,
            None => return Ok(Vec::new()),
        }
    }
    look_through(whole, known)
}

/// The same, without a look whether anything changed; `known` is what goes out of that directory.
pub(crate) fn look_through(whole: &Whole, known: &Node) -> io::Result<Vec<PathBuf>> {
    let mut given = Vec::new();
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
        let now = Stamp::at(&whole.beside.join(path))?;
        if now.is_none_or(|now| (now.modified, now.size, now.object) != (then.modified, then.size, then.object)) {
            return Ok(false);
        }
    }
    Ok(true)
}
