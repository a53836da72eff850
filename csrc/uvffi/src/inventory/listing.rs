use std::collections::BTreeSet;
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

/// The distributions in one site-packages.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// By their file names.
    entries: FxHashMap<OsString, Arc<Entry>>,
    /// By distribution; those of one name in the order of their paths, which is uv's.
    names: FxHashMap<PackageName, Vec<Arc<Entry>>>,
    /// Entries that uv fails at or warns about.
    odd: usize,
    /// Which listing this is: entries that it found bear the number.
    number: u32,
}

/// A name whose entries are not what they were.
pub(super) struct Changed {
    pub(super) name: PackageName,
    pub(super) before: Vec<Arc<Entry>>,
    pub(super) after: Vec<Arc<Entry>>,
}

impl Listing {
    /// Lists the directory again, `None` where there is none, and tells what changed. Nothing but that costs more than
    /// a look at a name. Entries that come new are marked, unless it is the `first` listing.
    pub(super) fn list(&mut self, root: Option<&Path>, first: bool) -> io::Result<Vec<Changed>> {
        figures::count_listing();
        self.number = self.number.wrapping_add(1);
        let (mut came, mut stayed, mut odd) = (Vec::new(), 0, 0);
        for entry in root.map(std::fs::read_dir).transpose()?.into_iter().flatten() {
            let entry = entry?;
            let file_name = entry.file_name();
            // A known name is not parsed again; one with another inode is another distribution.
            if let Some(known) = self.entries.get(&file_name).filter(|known| known.inode == entry.ino()) {
                known.listed.store(self.number, Ordering::Relaxed);
                stayed += 1;
                continue;
            }
            match classify(&entry) {
                Kind::Distribution(found) => {
                    found.marked.store(!first, Ordering::Relaxed);
                    found.listed.store(self.number, Ordering::Relaxed);
                    came.push((file_name, Arc::new(found)));
                }
                Kind::Odd => odd += 1,
                Kind::Nothing => {}
            }
        }
        self.odd = odd;
        Ok(if came.is_empty() && stayed == self.entries.len() { Vec::new() } else { self.change(came) })
    }

    /// Takes in what came, drops what this listing did not find.
    fn change(&mut self, came: Vec<(OsString, Arc<Entry>)>) -> Vec<Changed> {
        let number = self.number;
        let is_gone = |entry: &Entry| entry.listed.load(Ordering::Relaxed) != number;
        let gone = self.entries.values().filter(|entry| is_gone(entry)).map(|entry| entry.name.clone());
        let names: BTreeSet<PackageName> = gone.chain(came.iter().map(|(_, entry)| entry.name.clone())).collect();
        self.entries.retain(|_, entry| {
            let gone = is_gone(entry);
            if gone {
                entry.leave();
            }
            !gone
        });
        let mut changed: Vec<Changed> = Vec::new();
        for name in names {
            let before = self.names.remove(&name).unwrap_or_default();
            let mut after: Vec<_> = before.iter().filter(|entry| !is_gone(entry)).cloned().collect();
            after.extend(came.iter().filter(|(_, entry)| entry.name == name).map(|(_, entry)| entry.clone()));
            after.sort_unstable_by(|one, other| one.path.cmp(&other.path));
            if !after.is_empty() {
                self.names.insert(name.clone(), after.clone());
            }
            changed.push(Changed { name, before, after });
        }
        self.entries.extend(came);
        changed
    }

    /// Puts marked entries in the place of a name's: whatever rested on the old ones rests on them no more.
    pub(super) fn renew(&mut self, name: &PackageName) {
        for entry in self.names.get_mut(name).into_iter().flatten() {
            *entry = Arc::new(entry.renewed());
            if let Some(file_name) = entry.path.file_name() {
                self.entries.insert(file_name.to_owned(), entry.clone());
            }
        }
    }

    /// Whether something is there that uv fails at or warns about.
    pub(super) fn is_odd(&self) -> bool {
        self.odd > 0
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
}

impl Changed {
    /// The first entry of the name that was there before and is no more, and the first that came.
    pub(super) fn entries(&self) -> (Option<&Arc<Entry>>, Option<&Arc<Entry>>) {
        (first_unlike(&self.before, &self.after), first_unlike(&self.after, &self.before))
    }
}

fn first_unlike<'e>(own: &'e [Arc<Entry>], others: &[Arc<Entry>]) -> Option<&'e Arc<Entry>> {
    own.iter().find(|entry| !others.iter().any(|known| Arc::ptr_eq(known, entry)))
}

/// Whether both are the same entries, not only equal ones.
pub(super) fn same(one: &[Arc<Entry>], other: &[Arc<Entry>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
}
