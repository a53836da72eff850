//! Going back: which Transaction leads from how things are to how they were at a generation.

use std::collections::BTreeMap;
use std::str::FromStr;

use uv_normalize::PackageName;
use uv_pep440::Version;

use super::history::{Entry, Move, Side};
use super::stage::{Incoming, Origin};
use crate::change::{Action, Change};

/// What has to be there again, and what is expected to be there now.
#[derive(Debug, Default)]
pub(crate) struct Way {
    pub(crate) names: BTreeMap<String, (Option<Side>, Option<Side>)>,
}

impl Way {
    /// From now, after all of `entries`, to after the generation `to`.
    pub(crate) fn back(entries: &[Entry], to: u64) -> Self {
        let mut names: BTreeMap<String, (Option<Side>, Option<Side>)> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.generation > to) {
            for Move { name, from, to } in &entry.moves {
                // The first one says how it was, the last one how it is.
                names.entry(name.clone()).or_insert_with(|| (from.clone(), None)).1 = to.clone();
            }
        }
        names.retain(|_, (was, is)| was != is);
        Self { names }
    }

    /// As an answer tells it.
    pub(crate) fn changes(&self) -> Vec<Change> {
        self.names.iter().filter_map(|(name, (was, is))| change(name, is.as_ref(), was.as_ref())).collect()
    }

    /// What comes again. An error: one that nothing leads back to.
    pub(crate) fn incoming(&self) -> Result<Vec<Incoming>, String> {
        let there = self.names.iter().filter_map(|(name, (was, _))| was.as_ref().map(|was| (name, was)));
        there
            .map(|(name, was)| {
                let origin = match (was.object, &was.wheel) {
                    (Some(object), wheel) => Origin::Shelf(object, wheel.clone()),
                    (None, Some(wheel)) => Origin::wheel((**wheel).clone()),
                    (None, None) => return Err(format!("{name} {}", was.version)),
                };
                let Ok(package) = PackageName::from_str(name) else { return Err(name.clone()) };
                let label = format!("{name}=={}", was.version);
                Ok(Incoming { name: package, version: was.version.clone(), from: origin, label })
            })
            .collect()
    }
}

fn change(name: &str, before: Option<&Side>, after: Option<&Side>) -> Option<Change> {
    let version = |side: Option<&Side>| side.map(|side| side.version.clone());
    let parsed = |side: &Side| Version::from_str(&side.version).ok();
    let action = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => Action::Installed,
        (Some(_), None) => Action::Uninstalled,
        (Some(before), Some(after)) => Action::between(&parsed(before)?, &parsed(after)?),
    };
    Some(Change {
        name: name.to_owned(),
        version: version(after),
        previous_version: version(before),
        action,
        editable: false,
        url: None,
    })
}
