//! The history of a place, and the way back in it.

use std::io;
use std::sync::PoisonError;

use serde_json::Value;
use uv_distribution_types::{InstalledDist, InstalledMetadata};

use super::back::Way;
use super::history::{self, Entry, Move, Side};
use super::place::Place;
use super::trees;

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
    /// Writes a change down; gives back its number, or none where no history is kept. The lock is held.
    pub(crate) fn remember(&self, request: &str, changes: Value, moves: Vec<Move>) -> io::Result<Option<u64>> {
        if !history::is_on(&self.store) {
            return Ok(None);
        }
        let mut known = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        known.add(&self.store, request, changes, moves).map(Some)
    }

    /// The number of the last change.
    pub(crate) fn generation(&self) -> u64 {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).generation(&self.store)
    }

    pub(crate) fn history(&self) -> io::Result<Vec<Entry>> {
        history::read(&self.store)
    }

    /// Whether what an entry took away can be had again without asking an index.
    pub(crate) fn leads_back(&self, entry: &Entry) -> bool {
        entry.moves.iter().filter_map(|one| Some((&one.name, one.from.as_ref()?))).all(|(name, side)| self.has(name, side))
    }

    fn has(&self, name: &str, side: &Side) -> bool {
        side.wheel.as_ref().is_some_and(|wheel| wheel.archive.is_dir())
            || trees::files(&self.store, Some(name))
                .into_iter()
                .filter_map(|(_, tree)| tree)
                .any(|tree| tree.shelved.is_some() && Some(tree.object) == side.object)
    }

    /// The way from now to after a generation. `installed` tells what is there of a name.
    pub(crate) fn way_back(
        &self,
        to: u64,
        installed: impl Fn(&str) -> Vec<InstalledDist>,
    ) -> Result<(Way, Vec<InstalledDist>), NoWay> {
        self.finish_left();
        let entries = self.history()?;
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
                let say = |versions: &[String]| if versions.is_empty() { "none".to_owned() } else { versions.join(", ") };
                changed.push(format!("{name}: {} expected, {} found", say(&expected), say(&found)));
            }
            outgoing.extend(there);
        }
        let sides = way.names.iter().filter_map(|(name, (was, _))| Some((name, was.as_ref()?)));
        let lost: Vec<_> =
            sides.filter(|(name, was)| !self.has(name, was)).map(|(name, was)| format!("{name}=={}", was.version)).collect();
        match (changed.is_empty(), lost.is_empty()) {
            (false, _) => Err(NoWay::Changed(changed)),
            (_, false) => Err(NoWay::Lost(lost)),
            _ => Ok((way, outgoing)),
        }
    }
}
