use std::cmp::Ordering;
use std::sync::Arc;

use itertools::Itertools;
use rustc_hash::FxHashMap;
use uv_distribution_types::{CachedDist, Dist, InstalledDist};
use uv_normalize::PackageName;

use super::changed::ChangedDist;
use super::printer::Printer;
use crate::change::{Action, Change};

/// What a call did to an Environment, or with `--dry-run` would do, in the order in which uv lists it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changelog {
    events: Vec<Event>,
}

#[derive(Clone, Debug)]
struct Event {
    kind: Kind,
    dist: ChangedDist,
}

/// In uv's order within one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Removed,
    Added,
    Reinstalled,
}

impl Changelog {
    /// From what was put in and what was taken out; a distribution on both sides was reinstalled.
    pub(crate) fn new<I, U>(installed: I, uninstalled: U) -> Self
    where
        I: IntoIterator<Item: Into<ChangedDist>>,
        U: IntoIterator<Item = InstalledDist>,
    {
        let mut outgoing: FxHashMap<PackageName, Vec<ChangedDist>> = FxHashMap::default();
        for dist in uninstalled.into_iter().map(ChangedDist::from) {
            let same_name = outgoing.entry(dist.name().clone()).or_default();
            // The same version in two places of one environment is listed once.
            if !same_name.contains(&dist) {
                same_name.push(dist);
            }
        }
        let mut events = Vec::new();
        for dist in installed.into_iter().map(Into::into) {
            let mut kind = Kind::Added;
            if let Some(same_name) = outgoing.get_mut(dist.name())
                && let Some(index) = same_name.iter().position(|old| *old == dist)
            {
                same_name.swap_remove(index);
                kind = Kind::Reinstalled;
            }
            events.push(Event { kind, dist });
        }
        let removed = outgoing.into_values().flatten();
        events.extend(removed.map(|dist| Event { kind: Kind::Removed, dist }));
        events.sort_by(Event::order);
        Self { events }
    }

    /// From what `pip uninstall` took out, or would.
    pub(crate) fn removed(uninstalled: impl IntoIterator<Item = InstalledDist>) -> Self {
        Self::new(std::iter::empty::<ChangedDist>(), uninstalled)
    }

    /// From a plan that is not carried out.
    pub(crate) fn planned(remote: Vec<Arc<Dist>>, cached: Vec<CachedDist>, reinstalls: Vec<InstalledDist>) -> Self {
        let remote = remote.into_iter().map(ChangedDist::from);
        Self::new(remote.chain(cached.into_iter().map(ChangedDist::from)), reinstalls)
    }

    /// Prints one line for each change.
    pub(crate) fn print(&self, printer: &Printer) {
        for Event { kind, dist } in &self.events {
            let sign = match kind {
                Kind::Removed => '-',
                Kind::Added => '+',
                Kind::Reinstalled => '~',
            };
            printer.line(format_args!(" {sign} {}{}", dist.name(), dist.specifier()));
        }
    }

    /// The same as data: what was removed and what came under the same name are one change.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::with_capacity(self.events.len());
        for (_, events) in &self.events.iter().chunk_by(|event| event.dist.name()) {
            let mut removed = Vec::new();
            for Event { kind, dist } in events {
                match kind {
                    Kind::Removed => removed.push(dist),
                    Kind::Added => changes.push(match take_newest(&mut removed) {
                        Some(old) => change(replacement(old, dist), dist, Some(old)),
                        None => change(Action::Installed, dist, None),
                    }),
                    Kind::Reinstalled => changes.push(change(Action::Reinstalled, dist, Some(dist))),
                }
            }
            changes.extend(removed.into_iter().map(|dist| change(Action::Uninstalled, dist, Some(dist))));
        }
        changes
    }
}

impl Event {
    fn order(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.dist, &other.dist);
        a.name().cmp(b.name()).then(self.kind.cmp(&other.kind)).then_with(|| a.specifier().cmp(&b.specifier()))
    }
}

/// Of several versions installed under one name the newest counts as replaced, the others as removed.
fn take_newest<'a>(removed: &mut Vec<&'a ChangedDist>) -> Option<&'a ChangedDist> {
    let index = removed.iter().position_max_by_key(|dist| dist.version())?;
    Some(removed.remove(index))
}

fn replacement(old: &ChangedDist, new: &ChangedDist) -> Action {
    match (old.version(), new.version()) {
        (Some(old), Some(new)) => Action::between(old, new),
        // Only a build will tell.
        _ => Action::Reinstalled,
    }
}

/// `dist` is what is there after the change, or what was there if it is gone.
fn change(action: Action, dist: &ChangedDist, previous: Option<&ChangedDist>) -> Change {
    let version = |dist: &ChangedDist| dist.version().map(ToString::to_string);
    Change {
        name: dist.name().to_string(),
        version: if action == Action::Uninstalled { None } else { version(dist) },
        previous_version: previous.and_then(version),
        action,
        editable: dist.editable(),
        url: dist.url(),
    }
}
