//! The history of a place, and the way back in it.

use std::cell::LazyCell;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use rustc_hash::FxHashSet;
use uv_distribution_types::{InstalledDist, InstalledMetadata};

use super::back::Way;
use super::history::{self, Entry, Pending, Side};
use super::object::Object;
use super::place::Place;
use super::stages::entries;
use super::tree::Tree;
use super::wheel::Wheel;
use super::{carried, now, shelf, trees};

/// Why there is no way back.
#[derive(Debug)]
pub(crate) enum NoWay {
    /// There is nothing after that generation.
    Nothing,
    /// There never was one of this number, or it is forgotten.
    Unknown,
    /// Since then these were changed by others: asked for, found.
    Changed(Vec<String>),
    /// What was there is neither on the Shelf nor in uv's cache any more.
    Lost(Vec<String>),
    Io(io::Error),
}

impl From<io::Error> for NoWay {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Place {
    /// Writes a change down; gives back its number. The lock is held.
    pub(super) fn remember(&self, pending: Pending) -> io::Result<u64> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).add(&self.store, pending)
    }

    /// The change of a dead process was finished: it is written down, if that process had not done so.
    pub(super) fn write_recovered(&self, pending: &Pending) {
        let is_written =
            self.history().is_ok_and(|entries| entries.last().is_some_and(|last| last.moves == pending.moves));
        if history::is_on(&self.store) && !is_written {
            let _ = self.remember(pending.clone());
        }
    }

    /// What the dead process took out is kept.
    pub(super) fn adopt_all(&self, pending: &Pending) {
        for one in &pending.moves {
            if let Some(from) = &one.from {
                self.adopt(&one.name, from);
            }
        }
    }

    /// Puts a tree on the Shelf that a dead process took out and did not put there. Whether there is one.
    fn adopt(&self, name: &str, side: &Side) -> bool {
        let Some(object) = side.object.filter(|_| shelf::is_on(self)) else { return false };
        let stages = entries(&self.store.stages()).flat_map(|stage| entries(&stage).collect::<Vec<_>>());
        let is_it = |tree: &PathBuf| Object::at(&tree.join(&side.dist_info)).is_ok_and(|found| found == Some(object));
        let Some(found) = stages.chain(entries(&self.store.shelf())).find(is_it) else { return false };
        let place = self.store.on_shelf(object);
        if found != place && crate::sys::move_to(&found, &place).is_err() {
            return false;
        }
        let mut tree = Tree::of_another(name, &side.version, &side.dist_info, object);
        tree.wheel = side.wheel.as_deref().cloned();
        tree.key = tree.wheel.as_ref().map(Wheel::key);
        (tree.shelved, tree.used) = (true, now().as_secs_f64());
        let _ = carried::drop_second_names(&place, &self.ground().base);
        self.trees().put(&self.store, tree);
        self.write_down();
        true
    }

    /// The number of the last change.
    pub(crate) fn generation(&self) -> u64 {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).generation(&self.store)
    }

    /// Has all done, and on disk, that earlier changes left.
    pub(crate) fn settle(&self) {
        // Our own thread may be at it just now.
        if let Some(_lock) = self.lock_soon() {
            self.finish();
        }
        self.write_down();
    }

    /// The same as `history`, read again only where it is not what this process wrote or read.
    fn history_cached(&self) -> io::Result<Arc<Vec<Entry>>> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).entries(&self.store)
    }

    pub(crate) fn history(&self) -> io::Result<Vec<Entry>> {
        history::read(&self.store)
    }

    /// All that is written down, the oldest first, and of each whether what it took away can be had again without asking
    /// an index.
    pub(crate) fn history_with_ways(&self) -> io::Result<Vec<(Entry, bool)>> {
        self.settle();
        let entries = self.history()?;
        let shelved = LazyCell::new(|| self.shelved_objects());
        let has = |side: &Side| is_cached(side) || side.object.is_some_and(|object| shelved.contains(&object));
        Ok(entries
            .into_iter()
            .map(|entry| {
                let leads_back = entry.moves.iter().filter_map(|one| one.from.as_ref()).all(has);
                (entry, leads_back)
            })
            .collect())
    }

    fn has(&self, side: &Side) -> bool {
        is_cached(side) || side.object.is_some_and(|object| self.shelved_objects().contains(&object))
    }

    /// What the Shelf has, as this process and the disk know.
    fn shelved_objects(&self) -> FxHashSet<Object> {
        let known: Vec<Object> = self.trees().shelved().map(|tree| tree.object).collect();
        let told = trees::files(&self.store, None).into_iter().filter_map(|(_, tree)| tree);
        known.into_iter().chain(told.filter(|tree| tree.shelved).map(|tree| tree.object)).collect()
    }

    /// The way from now to after a generation. `installed` tells what is there of a name.
    pub(crate) fn way_back(
        &self,
        to: u64,
        installed: impl Fn(&str) -> Vec<InstalledDist>,
    ) -> Result<(Way, Vec<InstalledDist>), NoWay> {
        self.finish();
        let entries = self.history_cached()?;
        let last = entries.last().map_or(0, |entry| entry.generation);
        if to >= last {
            return Err(if to == last { NoWay::Nothing } else { NoWay::Unknown });
        }
        if entries.first().is_some_and(|first| to + 1 < first.generation) {
            return Err(NoWay::Unknown);
        }
        let way = Way::back(&entries, to);
        let (mut outgoing, mut changed) = (Vec::new(), Vec::new());
        for (name, (_, is)) in &way.names {
            let there = installed(name);
            let found: Vec<String> = there.iter().map(|dist| dist.installed_version().version().to_string()).collect();
            let expected: Vec<String> = is.iter().map(|side| side.version.clone()).collect();
            if found != expected {
                let say =
                    |versions: &[String]| if versions.is_empty() { "none".to_owned() } else { versions.join(", ") };
                changed.push(format!("{name}: {} expected, {} found", say(&expected), say(&found)));
            }
            outgoing.extend(there);
        }
        let sides = way.names.iter().filter_map(|(name, (was, _))| Some((name, was.as_ref()?)));
        let lost: Vec<_> = sides
            .filter(|(name, was)| !self.has(was) && !self.adopt(name, was))
            .map(|(name, was)| format!("{name}=={}", was.version))
            .collect();
        match (changed.is_empty(), lost.is_empty()) {
            (false, _) => Err(NoWay::Changed(changed)),
            (_, false) => Err(NoWay::Lost(lost)),
            _ => Ok((way, outgoing)),
        }
    }
}

/// Whether uv's cache has the wheel that it was made of.
fn is_cached(side: &Side) -> bool {
    side.wheel.as_ref().is_some_and(|wheel| wheel.archive.is_dir())
}
