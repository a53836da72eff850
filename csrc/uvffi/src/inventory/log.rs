use std::collections::VecDeque;

use serde::Serialize;
use uv_distribution_types::{InstalledDist, InstalledDistKind};
use uv_normalize::PackageName;
use uv_pep440::Version;

use crate::change::{Action, Change};

/// What a name had, before or after a change.
#[derive(Clone, Debug)]
pub(super) struct Had {
    pub(super) version: Option<Version>,
    pub(super) editable: bool,
    pub(super) url: Option<String>,
}

/// A change that was seen in a root, and who made it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Logged {
    #[serde(flatten)]
    change: Change,
    by: By,
    /// The root's generation since this change.
    pub(super) generation: u64,
}

/// Who changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    /// A call of this process, resident or in its Child.
    Engine,
    Other,
}

/// The last changes of a root.
#[derive(Debug, Default)]
pub(super) struct Log {
    changes: VecDeque<Logged>,
    /// Changes up to this generation are not told any more.
    floor: u64,
}

const KEPT: usize = 4096;

impl Log {
    pub(super) fn add(&mut self, name: &str, before: Option<&Had>, after: Option<&Had>, by: By, generation: u64) {
        let shown = |had: Option<&Had>| had.and_then(|had| had.version.as_ref()).map(ToString::to_string);
        let action = match (before, after) {
            (None, None) => return,
            (None, Some(_)) => Action::Installed,
            (Some(_), None) => Action::Uninstalled,
            (Some(before), Some(after)) => match (&before.version, &after.version) {
                (Some(before), Some(after)) => Action::between(before, after),
                _ => Action::Reinstalled,
            },
        };
        let last = after.or(before);
        self.changes.push_back(Logged {
            change: Change {
                name: name.to_owned(),
                version: shown(after),
                previous_version: shown(before),
                action,
                editable: last.is_some_and(|had| had.editable),
                url: last.and_then(|had| had.url.clone()),
            },
            by,
            generation,
        });
        if self.changes.len() > KEPT {
            self.floor = self.changes.pop_front().map_or(self.floor, |gone| gone.generation);
        }
    }

    /// The changes after a generation and up to another, unless some of them are forgotten. What was taken away and
    /// put back by the same is one change.
    pub(super) fn between(&self, since: u64, until: u64) -> Option<Vec<Logged>> {
        if since < self.floor {
            return None;
        }
        let mut told: Vec<Logged> = Vec::new();
        for logged in self.changes.iter().filter(|logged| logged.generation > since && logged.generation <= until) {
            let before = told.iter().rposition(|known| known.change.name == logged.change.name);
            match before {
                Some(at) if told[at].is_half_of(logged) => {
                    let removed = told.remove(at);
                    told.push(logged.after(&removed));
                }
                _ => told.push(logged.clone()),
            }
        }
        Some(told)
    }

    /// The generation before the last change of any of these names that is among the last changes at all.
    pub(super) fn before_last_of(&self, names: &[String]) -> Option<u64> {
        let last = |name: &String| {
            let mut of_name = self.changes.iter().rev().filter(|logged| logged.change.name == *name);
            let last = of_name.next()?;
            // Half of a change stays with its other half.
            let before = of_name.next().filter(|before| before.is_half_of(last));
            Some(before.unwrap_or(last).generation - 1)
        };
        names.iter().filter_map(last).min()
    }

    pub(super) fn names_since(&self, generation: u64) -> impl Iterator<Item = &str> {
        self.changes
            .iter()
            .filter(move |logged| logged.generation > generation)
            .map(|logged| logged.change.name.as_str())
    }

    /// Forgets all: what comes next can't be told as changes of what was.
    pub(super) fn cut(&mut self, generation: u64) {
        self.changes.clear();
        self.floor = generation;
    }
}

impl Logged {
    /// Whether this took away what `other` put back.
    fn is_half_of(&self, other: &Self) -> bool {
        self.change.action == Action::Uninstalled && other.change.action == Action::Installed && self.by == other.by
    }

    /// This, with what it put back.
    fn after(&self, removed: &Self) -> Self {
        let versions = (&removed.change.previous_version, &self.change.version);
        let action = match versions {
            (Some(before), Some(after)) => match (before.parse::<Version>(), after.parse::<Version>()) {
                (Ok(before), Ok(after)) => Action::between(&before, &after),
                _ => Action::Reinstalled,
            },
            _ => Action::Reinstalled,
        };
        let change =
            Change { action, previous_version: removed.change.previous_version.clone(), ..self.change.clone() };
        Self { change, ..self.clone() }
    }

    /// What only the metadata tells of what came, which may have been written after it was seen to come.
    pub(super) fn fill(&mut self, had: impl FnOnce(&PackageName) -> Option<Had>) {
        if self.change.version.is_none() {
            return;
        }
        let Some(had) = self.change.name.parse().ok().and_then(|name| had(&name)) else { return };
        if had.version.as_ref().map(ToString::to_string) == self.change.version {
            self.change.editable = had.editable;
            self.change.url = had.url;
        }
    }
}

impl Had {
    pub(super) fn of(dist: &InstalledDist) -> Self {
        Self { version: Some(dist.version().clone()), editable: dist.is_editable(), url: url(dist) }
    }
}

/// The URL of a direct reference (PEP 610).
pub(super) fn url(dist: &InstalledDist) -> Option<String> {
    match &dist.kind {
        InstalledDistKind::Url(direct) => Some(direct.url.to_string()),
        InstalledDistKind::LegacyEditable(legacy) => Some(legacy.target_url.to_string()),
        _ => None,
    }
}
