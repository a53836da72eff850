use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::object::Object;
use super::store::Store;
use super::tree::Tree;

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
                    Some(known) if known.shelved.is_none() && is_there(store, &tree) => *known = tree,
                    Some(_) => {}
                },
                // Of another version of this library, or half-written: it only makes things faster.
                None => drop(fs::remove_file(path)),
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
        self.take_where(store, name, |tree| tree.shelved.is_none() && tree.object == object)
    }

    /// Takes the tree of a wheel from the Shelf.
    pub(crate) fn take_shelved(&mut self, store: &Store, name: &str, key: &str) -> Option<Tree> {
        let fits = |tree: &Tree| tree.shelved.is_some() && tree.name == name && tree.key.as_deref() == Some(key);
        self.take_where(store, name, fits)
    }

    /// Whether the Shelf has the tree of a wheel, as far as this process knows.
    pub(crate) fn has_shelved(&self, name: &str, key: &str) -> bool {
        self.shelved().any(|tree| tree.proved && tree.name == name && tree.key.as_deref() == Some(key))
    }

    /// The live distribution whose dist-info is this object, as far as this process knows.
    pub(crate) fn live(&self, object: Object) -> Option<&Tree> {
        self.known.iter().find(|tree| tree.shelved.is_none() && tree.object == object)
    }

    /// Takes whatever has this object.
    pub(crate) fn take(&mut self, object: Object) {
        self.known.retain(|tree| tree.object != object);
    }

    /// Takes a tree from the Shelf by the very object that its dist-info is.
    pub(crate) fn take_object(&mut self, store: &Store, name: &str, object: Object) -> Option<Tree> {
        self.take_where(store, name, |tree| tree.shelved.is_some() && tree.object == object)
    }

    /// Keeps a tree in mind. An older one of the same name and state goes: there is one live, and one for each wheel.
    pub(crate) fn put(&mut self, store: &Store, tree: Tree) {
        let is_displaced = |known: &mut Tree| {
            known.object == tree.object
                || (tree.shelved.is_none() && known.shelved.is_none() && known.name == tree.name)
        };
        let displaced: Vec<Tree> = self.known.extract_if(.., is_displaced).collect();
        for other in displaced.iter().filter(|other| other.object != tree.object) {
            self.forget_written(store, other);
        }
        self.known.push(tree);
    }

    /// Takes those on the Shelf that were put there by this process and not yet looked through.
    pub(crate) fn take_unproved(&mut self) -> Vec<Tree> {
        let is_one = |tree: &mut Tree| tree.shelved.is_some() && !tree.proved && tree.wheel.is_some() && tree.ours;
        self.known.extract_if(.., is_one).collect()
    }

    /// Writes what is not written yet; with `shelved`, of the Shelf only.
    pub(crate) fn write(&mut self, store: &Store, shelved: bool) {
        for tree in self.known.iter_mut().filter(|tree| !tree.written && (tree.shelved.is_some() || !shelved)) {
            tree.written = write(store, tree).is_ok();
        }
    }

    /// How many trees are on the Shelf, and about how many bytes they hold; of those that are known by now.
    pub(crate) fn shelved(&self) -> impl Iterator<Item = &Tree> {
        self.known.iter().filter(|tree| tree.shelved.is_some())
    }

    /// Removes what the disk tells of a tree that was taken.
    pub(crate) fn forget_written(&self, store: &Store, tree: &Tree) {
        let _ = fs::remove_file(store.manifests().join(tree.file_name()));
    }

    /// Forgets a tree, on disk too.
    pub(crate) fn forget(&mut self, store: &Store, object: Object) {
        if let Some(at) = self.known.iter().position(|tree| tree.object == object) {
            let tree = self.known.swap_remove(at);
            self.forget_written(store, &tree);
        }
    }
}

/// Whether the Shelf has a tree where it is said to be.
fn is_there(store: &Store, tree: &Tree) -> bool {
    let at = tree.at().map(|name| store.shelf().join(name).join(&tree.dist_info));
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
            (path, tree.map(|tree| Tree { written: true, ..tree }))
        })
        .collect()
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.split_once('@').map(|(name, _)| name.to_owned())
}

fn write(store: &Store, tree: &Tree) -> io::Result<()> {
    let path = store.manifests().join(tree.file_name());
    let beside = path.with_extension("new");
    fs::write(&beside, serde_json::to_vec(tree)?)?;
    fs::rename(beside, path)
}
