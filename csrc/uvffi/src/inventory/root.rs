use std::ffi::CString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use uv_normalize::PackageName;

use super::entry::Entry;
use super::listing::{Changed, Listing, same};
use super::log::{By, Log, Logged};
use super::reading::Reading;
use crate::sys;
use crate::truth::{Held, Identity, Trust, c_path, identity_behind, same_object};

/// One site-packages directory, as it was when last looked at. Every use of it looks again first.
#[derive(Debug)]
pub(crate) struct Root {
    path: PathBuf,
    c_path: CString,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seen: Seen,
    /// When the last listing began.
    listed: Option<Instant>,
    listing: Listing,
    /// Grows with each listing that differs from the one before, and with each mark.
    number: u64,
    epoch: u64,
    generation: u64,
    log: Log,
    /// What this engine's calls under way change.
    own: Vec<Own>,
}

#[derive(Debug, Default)]
enum Seen {
    /// Not listed yet, or what was known is forgotten.
    #[default]
    Nothing,
    Absent,
    Directory(Identity, Trust),
}

/// What a call of this engine changes.
#[derive(Debug)]
struct Own {
    claim: u64,
    /// `None`: any.
    names: Option<Vec<PackageName>>,
    /// The generation at its begin.
    since: u64,
}

/// A root's numbers, for `status` and readers of changes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) epoch: u64,
    pub(crate) generation: u64,
    pub(crate) distributions: usize,
}

/// A root, proved or listed anew, while nobody else may list it.
pub(super) struct Proved<'r> {
    state: MutexGuard<'r, State>,
    pub(super) held: Held,
}

impl Root {
    pub(super) fn new(path: PathBuf, epoch: u64) -> Self {
        let state = Mutex::new(State { epoch, ..State::default() });
        // A path with a NUL can't be asked for: nothing is there.
        Self { c_path: c_path(path.as_os_str()).unwrap_or_default(), path, state }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at the root: one stat where nothing changed, else its names are listed again. `None` in a forked child
    /// that may wait for ever; an error where it can't be listed.
    pub(super) fn prove(&self) -> io::Result<Option<Proved<'_>>> {
        self.prove_for(None)
    }

    /// The same for a call that began at a time: a listing since then is as good as one of now, though it may be too
    /// young to be trusted by later calls.
    pub(super) fn prove_for(&self, began: Option<Instant>) -> io::Result<Option<Proved<'_>>> {
        let now = self.now();
        let mut state = if sys::forked() {
            let Ok(state) = self.state.try_lock() else { return Ok(None) };
            state
        } else {
            self.lock()
        };
        let is_young = || state.listed.zip(began).is_some_and(|(listed, began)| listed >= began);
        let held = if state.seen.is_proved_by(&now) || (is_young() && state.seen.is_equal_to(&now)) {
            Held::AtOnce
        } else {
            self.list(&mut state)?;
            Held::Again
        };
        Ok(Some(Proved { state, held }))
    }

    /// It as it was proved before with this number, without another look; `None` if it was listed anew since.
    pub(super) fn still(&self, number: u64) -> Option<Proved<'_>> {
        let state = self.state.try_lock().ok()?;
        (state.number == number && !matches!(state.seen, Seen::Nothing)).then_some(Proved { state, held: Held::AtOnce })
    }

    /// Looks at it outside of any call, so that the next one need not.
    pub(crate) fn settle(&self) {
        drop(self.prove());
    }

    /// The identity of what the path leads to; `None` where that is nothing.
    fn now(&self) -> io::Result<Option<Identity>> {
        match identity_behind(&self.c_path) {
            Ok(identity) => Ok(Some(identity)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, state: &mut State) -> io::Result<()> {
        // First the look, then the reading: what comes between is seen next time.
        let at = Instant::now();
        let now = self.now()?;
        let seen = match &now {
            None => Seen::Absent,
            Some(identity) => Seen::Directory(*identity, Trust::before_reading(&self.c_path, identity)),
        };
        let replaced = matches!((&state.seen, &now), (Seen::Directory(then, _), Some(now)) if !same_object(then, now));
        if replaced {
            state.forget();
        }
        let first = matches!(state.seen, Seen::Nothing);
        let was_odd = state.listing.is_odd();
        let changed = state.listing.list(now.map(|_| self.path.as_path()), first)?;
        if !changed.is_empty() || state.listing.is_odd() != was_odd {
            state.number += 1;
        }
        if !first {
            state.log_all(&changed);
        }
        (state.seen, state.listed) = (seen, Some(at));
        Ok(())
    }

    /// Marks names as changed: what is there of them is read again at the next use. What is not there yet can't come
    /// without a change of the directory.
    pub(super) fn mark(&self, names: &[PackageName]) {
        let mut state = self.lock();
        for name in names {
            state.listing.renew(name);
        }
        state.number += 1;
    }

    /// Forgets everything.
    pub(super) fn forget(&self) {
        self.lock().forget();
    }

    /// Until `release` with the number that is given back, changes of these names (`None`: of any) are this engine's.
    pub(super) fn claim(&self, names: Option<Vec<PackageName>>) -> u64 {
        let mut state = self.lock();
        let claim = state.own.last().map_or(0, |own| own.claim + 1);
        let since = state.generation;
        state.own.push(Own { claim, names, since });
        claim
    }

    /// Looks once more, so that nothing of what was claimed is told as another's later.
    pub(super) fn release(&self, claim: u64) {
        let mut state = self.lock();
        let _ = self.list(&mut state);
        state.own.retain(|own| own.claim != claim);
    }

    /// What is known without a look; `None` while another thread is looking.
    pub(crate) fn numbers(&self) -> Option<Numbers> {
        let state = self.state.try_lock().ok()?;
        Some(Numbers { epoch: state.epoch, generation: state.generation, distributions: state.listing.len() })
    }

    pub(super) fn last_epoch(&self) -> u64 {
        self.lock().epoch
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn is_equal_to(&self, now: &io::Result<Option<Identity>>) -> bool {
        matches!((self, now), (Self::Directory(then, _), Ok(Some(now))) if then == now)
    }

    fn is_proved_by(&self, now: &io::Result<Option<Identity>>) -> bool {
        match (self, now) {
            (Self::Absent, Ok(None)) => true,
            (Self::Directory(then, trust), Ok(Some(now))) => then == now && trust.lasts(),
            _ => false,
        }
    }
}

impl State {
    fn forget(&mut self) {
        self.epoch += 1;
        self.generation += 1;
        self.number += 1;
        self.seen = Seen::Nothing;
        self.listing = Listing::default();
        self.log.cut(self.generation);
    }

    fn log_all(&mut self, changed: &[Changed]) {
        for name in changed {
            self.generation += 1;
            let (before, after) = name.entries();
            let (before, after) = (before.map(|entry| entry.had()), after.map(|entry| entry.had()));
            let by = self.by(&name.name);
            self.log.add(name.name.as_ref(), before.as_ref(), after.as_ref(), by, self.generation);
        }
    }

    fn by(&self, name: &PackageName) -> By {
        let own = self.own.iter().any(|own| own.names.as_ref().is_none_or(|names| names.contains(name)));
        if own { By::Engine } else { By::Other }
    }
}

impl Proved<'_> {
    pub(super) fn number(&self) -> u64 {
        self.state.number
    }

    pub(super) fn numbers(&self) -> Numbers {
        let State { epoch, generation, .. } = *self.state;
        Numbers { epoch, generation, distributions: self.state.listing.len() }
    }

    /// Whether there is something that only uv can tell about.
    pub(super) fn is_odd(&self) -> bool {
        self.state.listing.is_odd()
    }

    /// Whether an equal identity of the root will prove this listing, later if not yet.
    pub(super) fn is_local(&self) -> bool {
        !matches!(self.state.seen, Seen::Directory(_, Trust::Never) | Seen::Nothing)
    }

    pub(super) fn entries(&self, name: &PackageName) -> &[Arc<Entry>] {
        self.state.listing.named(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &PackageName> {
        self.state.listing.names()
    }

    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        self.state.listing.all().cloned().collect()
    }

    /// Whether these are still the name's entries: a mark puts others in their place.
    pub(super) fn has_just(&self, name: &PackageName, entries: &[Arc<Entry>]) -> bool {
        same(self.state.listing.named(name), entries)
    }

    /// Reads an entry, if it has to be read; a distribution that was replaced by an equal one is logged.
    pub(super) fn read(&mut self, entry: &Entry) -> Arc<Reading> {
        let read = entry.read();
        // Read again for doubt alone is no change.
        if let Some(before) = read.before.filter(|before| !before.saw_the_same_as(&read.reading)) {
            let state = &mut *self.state;
            state.generation += 1;
            let replaced = match (before.identity(), read.reading.identity()) {
                (Some(before), Some(now)) => !same_object(before, now),
                _ => false,
            };
            if replaced {
                let (had, by) = (entry.had(), state.by(&entry.name));
                state.log.add(entry.name.as_ref(), Some(&had), Some(&had), by, state.generation);
            }
        }
        read.reading
    }

    /// The changes after a generation of an epoch and up to another, unless they can't be told any more.
    pub(super) fn changes(&self, since: u64, until: u64) -> Option<Vec<Logged>> {
        self.state.log.between(since, until)
    }

    /// The generation before the last change of any of these names: what came after is still being made.
    pub(super) fn before_last_of(&self, names: &[String]) -> u64 {
        self.state.log.before_last_of(names).unwrap_or(self.state.generation)
    }

    /// The names that changed under a call of this engine that is not over.
    pub(super) fn being_changed(&self) -> Vec<String> {
        let under_way = |name: &str| match name.parse() {
            Ok(name) => self.state.by(&name) == By::Engine,
            Err(_) => false,
        };
        if self.state.own.is_empty() {
            return Vec::new();
        }
        let since = self.state.own.iter().map(|own| own.since).min().unwrap_or_default();
        self.state.log.names_since(since).filter(|name| under_way(name)).map(ToOwned::to_owned).collect()
    }
}
