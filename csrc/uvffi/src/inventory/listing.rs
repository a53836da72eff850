use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::fs::DirEntryExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustc_hash::FxHashMap;
use uv_normalize::PackageName;

use super::entry::{Entry, Kind, classify};
use super::figures;

/// The distributions in one site-packages, by their file names, which is uv's order too.
#[derive(Debug, Default)]
pub(super) struct Listing {
    entries: BTreeMap<OsString, Arc<Entry>>,
    names: FxHashMap<PackageName, Vec<Arc<Entry>>>,
    /// Entries that uv fails at or warns about.
    pub(super) odd: usize,
}

impl Listing {
    /// Lists a directory; entries that are as they were are taken over from `before`. The others are marked where
    /// `before` is a listing at all.
    pub(super) fn of(root: &Path, before: &Self, known: bool) -> io::Result<Self> {
        figures::count_listing();
        let mut listing = Self::default();
        for entry in std::fs::read_dir(root)? {
            let entry = entry?;
            let file_name = entry.file_name();
            // A known name is not parsed again; one with another inode is another distribution.
            if let Some(known) = before.entries.get(&file_name).filter(|known| known.inode == entry.ino()) {
                listing.entries.insert(file_name, known.clone());
                continue;
            }
            match classify(&entry) {
                Kind::Distribution(found) => {
                    found.marked.store(known, Ordering::Relaxed);
                    listing.entries.insert(file_name, Arc::new(found));
                }
                Kind::Odd => listing.odd += 1,
                Kind::Nothing => {}
            }
        }
        for entry in listing.entries.values() {
            listing.names.entry(entry.name.clone()).or_default().push(entry.clone());
        }
        Ok(listing)
    }

    pub(super) fn named(&self, name: &PackageName) -> &[Arc<Entry>] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &PackageName> {
        self.names.keys()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The names whose entries are not the same in `other`, each once, in order.
    pub(super) fn unlike(&self, other: &Self) -> Vec<PackageName> {
        let changed = |name: &&PackageName| !same(self.named(name), other.named(name));
        let mut names: Vec<_> = self.names().filter(changed).cloned().collect();
        names.extend(other.names().filter(|name| self.named(name).is_empty()).cloned());
        names.sort_unstable();
        names
    }
}

/// Whether both are the same entries, not only equal ones.
pub(super) fn same(one: &[Arc<Entry>], other: &[Arc<Entry>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}
