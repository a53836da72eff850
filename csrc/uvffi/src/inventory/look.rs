use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use uv_distribution_types::InstalledDist;
use uv_normalize::PackageName;

use super::basis::{Basis, Named, Stood};
use super::entry::Entry;
use super::picture::Picture;
use super::reading::Reading;
use super::root::{Proved, Root};
use super::roots::Changes;
use crate::truth::{Reach, Witness};

/// One call's look at an Inventory: each root proved once, each name read at most once.
#[derive(Debug)]
pub(crate) struct Look {
    roots: Arc<[Arc<Root>]>,
    /// That another path leads to one of the roots.
    alias: Option<Arc<Witness>>,
    /// Each root's number when it was proved.
    numbers: Vec<u64>,
    odd: bool,
    /// When the call began that looks.
    began: Instant,
    /// Whether what was seen may be remembered at all.
    local: bool,
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    names: BTreeMap<PackageName, Arc<[Found]>>,
    /// A root was listed anew meanwhile: good for this call, which may see the old or the new, but not to remember.
    moved: bool,
}

/// A distribution of a name that was asked for.
#[derive(Debug)]
pub(crate) struct Found {
    root: usize,
    entry: Arc<Entry>,
    pub(crate) reading: Arc<Reading>,
}

impl Look {
    pub(super) fn at(roots: Arc<[Arc<Root>]>, alias: Option<&Path>, began: Instant) -> io::Result<Self> {
        let alias = alias.map(|path| Witness::lacking(path, Reach::Behind, [])).transpose()?;
        let (numbers, asked) = (Vec::new(), Mutex::default());
        let mut look = Self { numbers, alias, odd: false, began, local: true, asked, roots: roots.clone() };
        for root in roots.iter() {
            let proved = proved(root, began)?;
            look.numbers.push(proved.number());
            look.odd |= proved.is_odd();
            look.local &= proved.is_local();
        }
        Ok(look)
    }

    /// Whether something is there that uv fails at or warns about, whatever is asked: then it is uv's to look.
    pub(crate) fn is_odd(&self) -> bool {
        self.odd
    }

    /// The distributions of a name, in uv's order.
    pub(crate) fn get(&self, name: &PackageName) -> Arc<[Found]> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = asked.names.get(name) {
            return found.clone();
        }
        let mut all = Vec::new();
        // Gone between listing and reading: listed again. One that always is gone by then is not there.
        for again in 0..3 {
            let began = if again == 0 { self.began } else { Instant::now() };
            all = self.read(name, &mut asked, began);
            if !all.iter().any(|found| found.reading.has_vanished()) {
                break;
            }
            asked.moved = true;
        }
        let found: Arc<[Found]> = all.into();
        asked.names.insert(name.clone(), found.clone());
        found
    }

    fn read(&self, name: &PackageName, asked: &mut Asked, began: Instant) -> Vec<Found> {
        let mut all = Vec::new();
        for (at, root) in self.roots.iter().enumerate() {
            // What was proved a moment ago, in this very call, is not looked at again for each name.
            let known = root.still(self.numbers[at]).filter(|_| began == self.began);
            let Ok(mut proved) = known.map_or_else(|| proved(root, began), Ok) else {
                asked.moved = true;
                continue;
            };
            asked.moved |= proved.number() != self.numbers[at];
            for entry in proved.entries(name).to_vec() {
                let reading = proved.read(&entry);
                all.push(Found { root: at, entry, reading });
            }
        }
        all
    }

    /// The names that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<PackageName> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).names.keys().cloned().collect()
    }

    /// Every name there is.
    pub(crate) fn names(&self) -> Vec<PackageName> {
        let mut names: Vec<PackageName> = Vec::new();
        for root in self.roots.iter() {
            names.extend(proved(root, self.began).iter().flat_map(Proved::names).cloned());
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Everything that is there, in uv's order: root by root, by path. `None` where something can't be read, at which
    /// uv fails.
    pub(crate) fn all(&self) -> Option<Vec<Arc<Reading>>> {
        let names: Vec<Arc<[Found]>> = self.names().iter().map(|name| self.get(name)).collect();
        let mut all: Vec<&Found> =
            names.iter().flat_map(|found| found.iter()).filter(|found| found.is_there()).collect();
        all.sort_unstable_by(|one, other| (one.root, &one.entry.path).cmp(&(other.root, &other.entry.path)));
        all.into_iter().map(|found| (!found.reading.is_unreadable()).then(|| found.reading.clone())).collect()
    }

    /// Reads everything.
    pub(crate) fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        for name in self.names() {
            for found in self.get(&name).iter() {
                picture.add_reading(&found.reading, &found.entry);
            }
        }
        picture
    }

    /// What an answer depends on that came of this look. `deep` unless no content of METADATA or WHEEL was used;
    /// `all` where a name that comes new would change it.
    pub(crate) fn basis(&self, deep: bool, all: bool) -> Option<Basis> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.moved || self.odd || !self.local {
            return None;
        }
        let stood = self.roots.iter().enumerate().map(|(at, root)| {
            let names = asked.names.iter().map(|(name, found)| Named {
                name: name.clone(),
                entries: found.iter().filter(|found| found.root == at).map(|found| found.entry.clone()).collect(),
            });
            Stood::new(root.clone(), self.numbers[at], names.collect(), all)
        });
        let readings = asked.names.values().flat_map(|found| found.iter()).map(|found| found.reading.clone());
        Some(Basis::new(stood.collect(), readings.collect(), self.alias.clone(), deep))
    }

    /// What changed in the one root of this look.
    pub(super) fn changes(&self, since: Option<u64>) -> Changes {
        let Some(Ok(mut proved)) = self.roots.first().map(|root| proved(root, self.began)) else {
            return Changes::default();
        };
        // Whatever was marked or came new is read, so that a distribution replaced by an equal one is seen.
        let unproved: Vec<_> = proved.all().into_iter().filter(|entry| entry.is_unproved()).collect();
        let mut unsettled = Vec::new();
        for entry in unproved {
            if proved.read(&entry).is_being_written() {
                unsettled.push(entry.name.to_string());
            }
        }
        unsettled.extend(proved.being_changed());
        unsettled.sort_unstable();
        unsettled.dedup();
        // Never back to what was told already.
        let generation = proved.before_last_of(&unsettled).max(since.unwrap_or(0));
        let mut changes = since.map_or(Some(Vec::new()), |since| proved.changes(since, generation));
        for logged in changes.iter_mut().flatten() {
            logged.fill(|name| proved.entries(name).last().map(|entry| entry.had()));
        }
        Changes { numbers: proved.numbers(), generation, changes, unsettled }
    }
}

fn proved(root: &Root, began: Instant) -> io::Result<Proved<'_>> {
    root.prove_for(Some(began))?.ok_or_else(|| io::ErrorKind::WouldBlock.into())
}

impl Found {
    /// The distribution, unless it is broken.
    pub(crate) fn whole(&self) -> Option<&InstalledDist> {
        self.reading.whole()
    }

    /// Its dist-info, or what stands for one.
    pub(crate) fn path(&self) -> &Path {
        &self.entry.path
    }

    /// Whether it is a distribution, whole or not.
    pub(crate) fn is_there(&self) -> bool {
        !self.reading.is_nothing()
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.reading.broken().is_some()
    }
}
