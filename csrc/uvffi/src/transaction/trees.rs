use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::layout::Ground;
use super::manifest::Stamp;
use super::object::Object;
use super::store::Store;
use super::tree::{Tree, Written};

/// The trees of one place that are known, live and on the Shelf. Read from disk name by name, as they are needed.
#[derive(Debug, Default)]
pub(crate) struct Trees {
    known: Vec<Tree>,
    /// The names whose files were read.
    read: FxHashSet<String>,
}

impl Trees {
    /// Has what the disk tells of a name.
    fn about(&mut self, store: &Store, name: &str) {
        if !self.read.insert(name.to_owned()) {
            return;
        }
        for (path, tree) in files(store, Some(name)) {
            match tree {
                Some(tree) => match self.known.iter_mut().find(|known| known.object == tree.object) {
                    None => self.known.push(tree),
                    // Another process took out what this one had put in.
                    Some(known) if !known.shelved && is_there(store, &tree) => *known = tree,
                    Some(_) => {}
                },
                // Of another version of this library, or of a process that died; else one is at it just now.
                None if is_old(&path) => drop(fs::remove_file(path)),
                None => {}
            }
        }
    }

    /// Takes one that fits; where none does, others may have written of one since the disk was read.
    fn take_where(&mut self, store: &Store, name: &str, fits: impl Fn(&Tree) -> bool) -> Option<Tree> {
        self.about(store, name);
        if !self.known.iter().any(&fits) && self.read.remove(name) {
            self.about(store, name);
        }
        let at = self.known.iter().position(fits)?;
        Some(self.known.swap_remove(at))
    }

    /// Has what the disk tells of all.
    pub(crate) fn all(&mut self, store: &Store) -> &mut Vec<Tree> {
        let names: FxHashSet<String> = files(store, None).into_iter().filter_map(|(path, _)| name_of(&path)).collect();
        for name in names {
            self.about(store, &name);
        }
        &mut self.known
    }

    /// Takes the live distribution whose dist-info is this very object.
    pub(crate) fn take_live(&mut self, store: &Store, name: &str, dist_info: &Path) -> Option<Tree> {
        let object = Object::at(dist_info).ok()??;
        self.take_where(store, name, |tree| !tree.shelved && tree.object == object)
    }

    /// Takes the tree of a wheel from the Shelf, if it belongs on `ground`.
    pub(crate) fn take_shelved(&mut self, store: &Store, ground: &Ground, name: &str, key: &str) -> Option<Tree> {
        let fits = |tree: &Tree| tree.name == name && tree.key.as_deref() == Some(key) && may_come(tree, ground);
        self.take_where(store, name, fits)
    }

    /// Whether the Shelf has the tree of a wheel, as far as this process knows.
    pub(crate) fn has_shelved(&self, name: &str, key: &str) -> bool {
        self.shelved().any(|tree| tree.proved && tree.name == name && tree.key.as_deref() == Some(key))
    }

    /// The live distribution whose dist-info is this object, as far as this process knows.
    pub(crate) fn live(&self, object: Object) -> Option<&Tree> {
        self.known.iter().find(|tree| !tree.shelved && tree.object == object)
    }

    /// Takes what has this object.
    pub(crate) fn take(&mut self, object: Object) -> Option<Tree> {
        let at = self.known.iter().position(|tree| tree.object == object)?;
        Some(self.known.swap_remove(at))
    }

    /// Takes a tree from the Shelf by the very object that its dist-info is.
    pub(crate) fn take_object(&mut self, store: &Store, ground: &Ground, name: &str, object: Object) -> Option<Tree> {
        self.take_where(store, name, |tree| tree.object == object && may_come(tree, ground))
    }

    /// Keeps a tree in mind. An older one of the same name and state goes: there is one live, and one for each wheel.
    pub(crate) fn put(&mut self, store: &Store, tree: Tree) {
        let is_displaced = |known: &mut Tree| {
            known.object == tree.object || !(tree.shelved || known.shelved) && known.name == tree.name
        };
        let displaced: Vec<Tree> = self.known.extract_if(.., is_displaced).collect();
        for other in displaced.iter().filter(|other| other.object != tree.object) {
            self.forget_written(store, other);
        }
        self.known.push(tree);
    }

    /// Takes those on the Shelf that were put there by this process and not yet looked through.
    pub(crate) fn take_unproved(&mut self) -> Vec<Tree> {
        let is_one = |tree: &mut Tree| tree.shelved && tree.wheel.is_some() && std::mem::take(&mut tree.unseen);
        self.known.extract_if(.., is_one).collect()
    }

    /// Makes a file for each that has none, so that none comes new after an answer: whoever removes the environment
    /// then must not meet us there.
    pub(crate) fn make_files(&mut self, store: &Store) {
        for tree in self.known.iter_mut().filter(|tree| tree.written == Written::Nothing) {
            if fs::write(file(store, tree), []).is_ok() {
                tree.written = Written::Before;
            }
        }
    }

    /// Writes what has changed into the files that are there; with `shelved`, of the Shelf only.
    pub(crate) fn write(&mut self, store: &Store, shelved: bool) {
        let is_due = |tree: &&mut Tree| tree.written == Written::Before && (tree.shelved || !shelved);
        for tree in self.known.iter_mut().filter(is_due) {
            // In place: a reader that meets half of it knows nothing of the tree, and asks again.
            let opened = OpenOptions::new().write(true).truncate(true).open(file(store, tree));
            let text = serde_json::to_vec(tree).unwrap_or_default();
            let _ = opened.and_then(|mut file| file.write_all(&text));
            tree.written = Written::Now;
        }
    }

    /// Those on the Shelf, as far as this process knows.
    pub(crate) fn shelved(&self) -> impl Iterator<Item = &Tree> {
        self.known.iter().filter(|tree| tree.shelved)
    }

    /// Removes what the disk tells of a tree that was taken.
    pub(crate) fn forget_written(&self, store: &Store, tree: &Tree) {
        let _ = fs::remove_file(file(store, tree));
    }

    /// Forgets a tree, on disk too.
    pub(crate) fn forget(&mut self, store: &Store, object: Object) {
        if let Some(tree) = self.take(object) {
            self.forget_written(store, &tree);
        }
    }
}

/// Whether a tree on the Shelf has its place on `ground`: another Python in the same environment has other directories.
fn may_come(tree: &Tree, ground: &Ground) -> bool {
    let above = tree.dist_info.parent();
    tree.shelved && above.is_some() && ground.roots().iter().any(|root| ground.relative(root) == above)
}

/// Whether the Shelf has a tree where it is said to be.
fn is_there(store: &Store, tree: &Tree) -> bool {
    let at = tree.directory(store).map(|directory| directory.join(&tree.dist_info));
    at.is_some_and(|at| Object::at(&at).is_ok_and(|found| found == Some(tree.object)))
}

/// The files that tell of trees, and what they tell.
pub(crate) fn files(store: &Store, name: Option<&str>) -> Vec<(PathBuf, Option<Tree>)> {
    let Ok(entries) = fs::read_dir(store.manifests()) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let wanted = paths.filter(|path| name_of(path).is_some_and(|of| name.is_none_or(|name| name == of)));
    wanted
        .map(|path| {
            let tree = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
            (path, tree.map(|tree| Tree { written: Written::Now, ..tree }))
        })
        .collect()
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.split_once('@').map(|(name, _)| name.to_owned())
}

/// The file that tells of a tree.
fn file(store: &Store, tree: &Tree) -> PathBuf {
    store.manifests().join(tree.file_name())
}

/// Whether something came there longer ago than it takes to write it down.
pub(super) fn is_old(path: &Path) -> bool {
    const WRITTEN: i64 = 3;

    let now = i64::try_from(super::now().as_secs()).unwrap_or_default();
    Stamp::at(path).ok().flatten().is_some_and(|stamp| now - stamp.changed.0 > WRITTEN)
}
