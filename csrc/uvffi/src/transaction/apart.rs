//! Old and new must differ for Python, too: it knows a source again by its size and the second in which it was
//! modified, and a directory by the time. Bytecode that an interpreter made of the old source, and writes after the new
//! one came, would be taken for that of the new one for ever.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::manifest::{Manifest, Stamp};
use super::{bytecode, faults};

/// Gives each source that comes, and that Python could take for the one it replaces below `base`, another time: in a
/// copy of its own, since the file may be uv's cache's. What it holds stays the same.
pub(crate) fn set_apart(comes: &mut Manifest, tree: &Path, goes: &Manifest, base: &Path) -> io::Result<()> {
    let known: FxHashMap<&Path, &Stamp> = goes.files.iter().map(|file| (file.path.as_path(), &file.stamp)).collect();
    for file in comes.files.iter_mut().filter(|file| bytecode::is_source(&file.path)) {
        let then = match known.get(file.path.as_path()) {
            Some(stamp) => Some(**stamp),
            // Of another tool's making, or of another distribution.
            None => Stamp::at(&base.join(&file.path))?,
        };
        let Some(then) = then.filter(|then| is_alike(then, &file.stamp)) else { continue };
        let (path, live) = (tree.join(&file.path), base.join(&file.path));
        if then.object == file.stamp.object || fs::read(&live).ok() == Some(fs::read(&path)?) {
            continue;
        }
        faults::point("stage.apart")?;
        let copy = path.with_extension("py.apart");
        fs::copy(&path, &copy)?;
        let modified = fs::metadata(&path)?.modified()? + Duration::from_secs(1);
        fs::File::open(&copy)?.set_modified(modified)?;
        fs::rename(&copy, &path)?;
        if let Some(stamp) = Stamp::at(&path)? {
            file.stamp = stamp;
        }
    }
    // The copies came through their directories.
    comes.look_again(tree)
}

fn is_alike(one: &Stamp, other: &Stamp) -> bool {
    (one.size, one.modified.0) == (other.size, other.modified.0)
}
