//! What a Transaction leaves to be done: trees that went out are put on the Shelf or removed, and looked through before
//! they may come back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::place::Place;
use super::shelf::{self, Limit};
use super::sums::Sums;
use super::tree::Tree;
use super::{faults, kept, now, stages};
use crate::sys;

/// A directory beside the live tree with what went out.
#[derive(Debug)]
pub(crate) struct Leaving {
    pub(crate) directory: PathBuf,
    /// What went out, if it is one whole distribution.
    pub(crate) tree: Option<Tree>,
    /// The paths below the base that were renamed.
    pub(crate) renamed: Vec<PathBuf>,
    /// Whether the files among them were what they should be, right before.
    pub(crate) looked_at: bool,
    /// Users' files, which have another name in the live tree by now.
    pub(crate) strangers: Vec<PathBuf>,
    /// The dist-infos that went out with it, below the base.
    pub(crate) dist_infos: Vec<PathBuf>,
    /// Whether there is something in it that could not be given back its path.
    pub(crate) stuck: bool,
}

/// Puts the trees that went out on the Shelf, not yet looked through, and removes what nobody needs. Gives back where
/// users' files were put that could not stay where they were.
pub(crate) fn tidy(place: &Place, stage: &Path, trees: Vec<Leaving>) -> Vec<PathBuf> {
    let mut kept = Vec::new();
    for leaving in trees {
        let directory = leaving.directory.clone();
        for info in &leaving.dist_infos {
            kept.extend(kept::from_dist_info(place, &directory, info, leaving.tree.as_ref()));
        }
        if leaving.stuck {
            kept.extend(kept::aside(place, &directory));
        } else if !shelve(place, leaving).unwrap_or(false) {
            stages::remove(&directory);
        }
    }
    let _ = faults::point("after.clean");
    stages::remove(stage);
    if shelf::is_on(place) {
        shelf::prune(place, &mut place.trees(), Limit::now());
    }
    kept
}

/// False if the tree is not one to be kept.
fn shelve(place: &Place, leaving: Leaving) -> io::Result<bool> {
    let Leaving { directory, tree, renamed, looked_at, strangers, .. } = leaving;
    let Some(mut tree) = tree else { return Ok(false) };
    // Links into uv's cache may lead nowhere tomorrow.
    let is_linked = tree.wheel.as_ref().is_some_and(|wheel| wheel.how.link_mode.is_symlink());
    if is_linked || !shelf::is_on(place) || tree.manifest.bytes() > Limit::now().bytes {
        place.trees().forget_written(&place.store, &tree);
        return Ok(false);
    }
    for stranger in strangers {
        let path = directory.join(stranger);
        let gone = if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    tree.manifest.renamed(&directory, &renamed, looked_at)?;
    let on_shelf = place.store.on_shelf(tree.object);
    if directory != on_shelf {
        faults::point("after.shelve")?;
        sys::move_to(&directory, &on_shelf)?;
    }
    (tree.shelved, tree.used, tree.unseen, tree.proved) = (true, now().as_secs_f64(), true, false);
    tree.changed();
    place.trees().put(&place.store, tree);
    Ok(true)
}

/// Whether a tree on the Shelf is what was installed, file by file.
pub(crate) fn prove(place: &Place, tree: &mut Tree, directory: &Path) -> io::Result<bool> {
    faults::point("after.prove")?;
    let sums = Sums::of(directory, &tree.dist_info);
    if tree.manifest.files.is_empty() {
        let ground = place.ground();
        match Manifest::of_record(directory, &sums, |path| ground.is_in_root(path))? {
            Some(manifest) => tree.manifest = manifest,
            None => return Ok(false),
        }
    }
    tree.manifest.prove(directory, &sums)
}
