//! What is done once the answer is given: the trees that went out are looked through before they count as shelved, and
//! what nobody needs any more is removed.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::manifest::{Manifest, Stamp};
use super::place::Place;
use super::shelf::{self, Limit};
use super::sums::Sums;
use super::tree::{Shelved, Tree};
use super::{faults, now, stages};
use crate::inventory::Claim;
use crate::sys::Time;

/// What a Transaction left to be done.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) stage: PathBuf,
    pub(crate) trees: Vec<Leaving>,
    /// When its renames began.
    pub(crate) at: Time,
    /// What was claimed for it, until the roots were looked at.
    pub(crate) claim: Option<Claim>,
}

/// A directory beside the live tree with what went out.
#[derive(Debug)]
pub(crate) struct Leaving {
    pub(crate) directory: PathBuf,
    /// What went out, if a Transaction had put it there.
    pub(crate) tree: Option<Tree>,
    /// The paths below the base that were renamed.
    pub(crate) renamed: Vec<PathBuf>,
    /// Users' files, which have another name in the live tree by now.
    pub(crate) strangers: Vec<PathBuf>,
}

/// A compiler that read a source just before it went writes its bytecode at most so much later.
pub(crate) const LATE: i64 = 2;

/// A kernel's clock for files lags behind by up to one tick.
const TICK: u32 = 20_000_000;

pub(crate) fn finish(place: &Place, left: Left) {
    let Left { stage, trees, at, claim } = left;
    drop(claim);
    for leaving in trees {
        let directory = leaving.directory.clone();
        if keep(place, leaving, at).unwrap_or(false) {
            continue;
        }
        stages::remove(&directory);
    }
    let _ = faults::point("after.clean");
    stages::remove(&stage);
    let mut trees = place.trees();
    if shelf::is_on(place) {
        shelf::prune(place, &mut trees, Limit::now());
    }
    if place.store.stays {
        let _ = faults::point("after.write");
        trees.write(&place.store);
    }
}

/// Puts a tree that went out on the Shelf, if it is what was installed; false if it is to go.
fn keep(place: &Place, leaving: Leaving, at: Time) -> io::Result<bool> {
    let Leaving { directory, tree, renamed, strangers } = leaving;
    let Some(mut tree) = tree.filter(|_| shelf::is_on(place)) else { return Ok(false) };
    // Links into uv's cache may lead nowhere tomorrow.
    if tree.wheel.as_ref().is_some_and(|wheel| wheel.how.link_mode.is_symlink()) {
        return Ok(false);
    }
    for stranger in strangers {
        let path = directory.join(stranger);
        let gone = if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    faults::point("after.prove")?;
    let sums = Sums::of(&directory, &tree.dist_info);
    if tree.wheel.is_none() && tree.manifest.files.is_empty() {
        let ground = place.ground();
        let Some(manifest) = Manifest::of_record(&directory, &sums, |path| ground.is_in_root(path))? else {
            return Ok(false);
        };
        tree.manifest = manifest;
    }
    tree.manifest.renamed(&directory, &renamed)?;
    let came = tree.came;
    let left = earlier(at);
    let is_late = |changed: Time| changed >= left || (earlier(came)..=(came.0 + LATE, came.1)).contains(&changed);
    if !tree.manifest.prove(&directory, &sums, &is_late)? {
        return Ok(false);
    }
    let shelf = place.store.shelf();
    let name = if directory.starts_with(&shelf) {
        directory.strip_prefix(&shelf).unwrap_or(&directory).to_path_buf()
    } else {
        let name = PathBuf::from(tree.object.name());
        faults::point("after.shelve")?;
        crate::sys::move_to(&directory, &shelf.join(&name))?;
        name
    };
    tree.shelved = Some(Shelved(name));
    (tree.used, tree.proved, tree.written) = (now().as_secs_f64(), true, false);
    place.trees().put(tree);
    Ok(true)
}

fn earlier(time: Time) -> Time {
    if time.1 >= TICK { (time.0, time.1 - TICK) } else { (time.0 - 1, time.1 + 1_000_000_000 - TICK) }
}

/// Removes bytecode from the live directories of a distribution that may be of the sources which were there before.
pub(crate) fn sweep(caches: &[PathBuf], came: Time) {
    for cache in caches {
        let Ok(entries) = fs::read_dir(cache) else { continue };
        for entry in entries.flatten() {
            let is_bytecode =
                entry.file_type().is_ok_and(|kind| super::strangers::is_bytecode(&entry.file_name(), kind));
            if !is_bytecode {
                continue;
            }
            let changed = Stamp::at(&entry.path()).ok().flatten().map(|stamp| stamp.changed);
            if changed.is_some_and(|changed| (earlier(came)..=(came.0 + LATE, came.1)).contains(&changed)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
