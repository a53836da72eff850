//! A Plan that was carried out, for the time when the same request meets the same installed state again.

use std::sync::Arc;
use std::time::Instant;

use uv_distribution_types::{CachedDist, InstalledDist, Name};
use uv_normalize::PackageName;

use super::carry_out::incoming;
use super::{Asking, Done, Flow};
use crate::environment::Environment;
use crate::freshness::Moment;
use crate::inventory::{Found, Look};
use crate::output::Output;
use crate::reply::Reply;
use crate::source::Source;
use crate::transaction::{How, Incoming, Work};
use crate::truth::Footing;
use crate::uvlike::settings::Resolved;
use crate::uvlike::text::{Changelog, InstallLog, Printer};

/// What a request came to, in one installed state.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) footing: Footing,
    state: State,
    /// Until when the index's facts are trusted.
    until: Moment,
    resolved: Arc<Resolved>,
    environment: Arc<Environment>,
    asked: Asking,
    /// What it said before it resolved.
    preamble: String,
    /// How many packages were resolved.
    count: usize,
    sources: Vec<Source>,
    incoming: Vec<Incoming>,
    wheels: Vec<CachedDist>,
    outgoing: Vec<PackageName>,
}

/// What is installed of the names that count: the numbers of the readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    numbers: Vec<(PackageName, Vec<u64>)>,
    /// Whether any other name counts too, by not being there.
    all: bool,
}

impl State {
    pub(super) fn of<'n>(look: &Look, names: impl IntoIterator<Item = &'n PackageName>) -> Self {
        let mut names: Vec<PackageName> = names.into_iter().cloned().chain(look.asked()).collect();
        names.sort_unstable();
        names.dedup();
        let numbers =
            names.into_iter().map(|name| (numbers(look, &name), name)).map(|(numbers, name)| (name, numbers)).collect();
        Self { numbers, all: false }
    }

    /// The same of all that is installed; `None` where some of it is broken, and goes in a way of its own.
    pub(super) fn of_all<'n>(look: &Look, names: impl IntoIterator<Item = &'n PackageName>) -> Option<Self> {
        let there = look.names();
        // Each is looked at, whatever is found: the answer may rest on all of them.
        let broken = there.iter().filter(|name| look.get(name).iter().any(Found::is_broken)).count();
        (broken == 0).then(|| Self { all: true, ..Self::of(look, names) })
    }

    pub(super) fn is_now(&self, look: &Look) -> bool {
        let knows = |name: &PackageName| self.numbers.binary_search_by(|(known, _)| known.cmp(name)).is_ok();
        (!self.all || look.names().iter().all(knows))
            && self.numbers.iter().all(|(name, then)| numbers(look, name) == *then)
    }
}

fn numbers(look: &Look, name: &PackageName) -> Vec<u64> {
    look.get(name).iter().map(|found| found.reading.number()).collect()
}

/// What is known of a Plan before it is carried out.
pub(super) struct Prospect {
    pub(super) footing: Footing,
    pub(super) state: State,
    pub(super) until: Moment,
    pub(super) preamble: String,
    pub(super) count: usize,
    pub(super) sources: Vec<Source>,
}

impl Flow<'_> {
    /// The Plan, to be kept.
    pub(super) fn planned(
        &self,
        prospect: Prospect,
        environment: &Arc<Environment>,
        how: &How,
        wheels: &[CachedDist],
        outgoing: &[InstalledDist],
    ) -> Planned {
        let Prospect { footing, state, until, preamble, count, sources } = prospect;
        Planned {
            footing,
            state,
            until,
            resolved: self.resolved.clone(),
            environment: environment.clone(),
            asked: self.asked.clone(),
            preamble,
            count,
            sources,
            incoming: wheels.iter().map(|wheel| incoming(wheel, how)).collect(),
            wheels: wheels.to_vec(),
            outgoing: outgoing.iter().map(|dist| dist.name().clone()).collect(),
        }
    }
}

impl Planned {
    /// Carries it out again: if everything it rests on holds, what is installed is what was then, all that comes is on
    /// the Shelf, and nobody has the lock. No thread and no runtime, no parsing and no resolver.
    pub(crate) fn again(&self) -> Option<Reply> {
        let start = Instant::now();
        if self.until.has_come() {
            return None;
        }
        let place = self.environment.transactions();
        if !self.footing.holds_now() {
            return None;
        }
        let _lock = place.lock_soon()?;
        // From here on: what another thread listed before need not be what is there now.
        let locked = Instant::now();
        let journal = place.journal_at_rest()?;
        if !place.has_all(&self.incoming) {
            return None;
        }
        let inventory = self.environment.inventory();
        let look = inventory.look_since(locked).ok().filter(|look| !look.is_odd())?;
        if !self.state.is_now(&look) {
            return None;
        }
        let outgoing: Vec<InstalledDist> = self
            .outgoing
            .iter()
            .flat_map(|name| look.get(name).iter().filter_map(|found| found.whole()).cloned().collect::<Vec<_>>())
            .collect();
        let names: Vec<PackageName> =
            self.outgoing.iter().cloned().chain(self.incoming.iter().map(|one| one.name.clone())).collect();
        drop(look);
        let resolved = start.elapsed();
        let changelog = Changelog::new(self.wheels.iter().cloned(), outgoing.iter().cloned());
        let told = changelog.changes();
        let claim = inventory.claim(Some(&names));
        let work = Work {
            incoming: &self.incoming,
            outgoing: &outgoing,
            preview: self.resolved.globals.preview,
            durable: self.asked.durable,
            claim,
            asked: (self.asked.text.clone(), serde_json::to_value(&told).unwrap_or_default()),
            journal: Some(journal),
        };
        // A failure undoes itself; the long way tells of it, or finds another.
        let changed = place.change(work).ok()?;
        let output = Output::default();
        output.stderr(&self.preamble);
        let printer = Printer::new(self.resolved.globals.quiet, output.clone());
        let log = InstallLog::new(printer);
        log.resolved(self.count, resolved);
        if !outgoing.is_empty() {
            log.uninstalled(outgoing.len(), start.elapsed());
        }
        if !self.wheels.is_empty() {
            log.installed(self.wheels.len(), start.elapsed());
        }
        log.changed(&changelog);
        let mut done = Done { sources: self.sources.clone(), ..Done::default() };
        done.note(changed);
        let reply = Reply::resident(0, (String::new(), output.take()))
            .with_changes(told, false)
            .with_done(done)
            .within(Some(self.environment.place()));
        Some(reply)
    }

    /// Whether both are of one request in one state.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.state == other.state
    }
}
