use std::collections::HashMap;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;
use uv_distribution_types::InstalledDist;
use uv_install_wheel::Layout;
use uv_preview::Preview;

use super::arrange::{Arrangement, Arranger, Trouble};
use super::blocks;
use super::commit::{Commit, Committed, Failed};
use super::history::{History, Pending};
use super::journal::{self, Journal};
use super::layout::Ground;
use super::left;
use super::manifest::Manifest;
use super::member::Member;
use super::node::Node;
use super::object::{Object, layered};
use super::outcome::{Changed, Over};
use super::recover::{self, Recovered};
use super::refused::Refused;
use super::stage::{Incoming, Prepared};
use super::store::Store;
use super::tree::Tree;
use super::trees::Trees;
use super::turn::{self, Ready, Turn};
use super::{Failure, apart, faults, may_commit, shelf, stages};
use crate::calls::{self, Event};
use crate::inventory::Claim;
use crate::lock::{EnvironmentLock, timeout};
use crate::reroute::Reroute;

/// Where Transactions are made: one for each Environment, target or prefix.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) store: Store,
    layout: Layout,
    lock_path: PathBuf,
    /// One change at a time within the process: an uncontended flock is not worth a blocked thread of the runtime.
    turn: Arc<tokio::sync::Mutex<()>>,
    refused: Refused,
    /// Whether the filesystem knows no exchange: what goes is taken out then, before what comes is put in.
    no_exchange: AtomicBool,
    looked_for_orphans: AtomicBool,
    /// Whether the thread that comes after an answer has the lock.
    is_tidying: AtomicBool,
    trees: Mutex<Trees>,
    turns: Mutex<Vec<Arc<Turn>>>,
    pub(super) history: Mutex<History>,
    /// What the last Transactions claimed, until the roots are looked at.
    pub(super) claims: Mutex<Vec<Claim>>,
    pub(super) this: Weak<Self>,
}

static KNOWN: LazyLock<Mutex<HashMap<PathBuf, Weak<Place>>>> = LazyLock::new(Mutex::default);

/// A place's lock, held; the file first to go.
pub(crate) struct Lock {
    _file: EnvironmentLock,
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

/// What is to be changed.
pub(crate) struct Work<'a> {
    pub(crate) incoming: &'a [Incoming],
    pub(crate) outgoing: &'a [InstalledDist],
    pub(crate) preview: Preview,
    pub(crate) durable: bool,
    /// On the names that are changed.
    pub(crate) claim: Claim,
    /// The command and what it changes, for the history.
    pub(crate) asked: (String, Value),
    /// Where the place's journal is open already, and says nothing.
    pub(crate) journal: Option<Journal>,
}

impl Place {
    /// The one of a directory, however many interpreters lead to it. `venv`: the prefix, if it is a virtual
    /// environment; `place`: the root of `--target` or `--prefix`.
    pub(crate) fn of(layout: Layout, lock_path: PathBuf, venv: Option<&Path>, place: Option<&Path>) -> Arc<Self> {
        let store = Store::of(&layout, venv, place);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, place| place.strong_count() > 0);
        let there = known.get(&store.root).and_then(Weak::upgrade);
        if let Some(there) = there.filter(|there| there.is_for(&layout, &lock_path)) {
            return there;
        }
        let root = store.root.clone();
        let new = Self::new(store, layout, lock_path);
        known.insert(root, Arc::downgrade(&new));
        new
    }

    fn new(store: Store, layout: Layout, lock_path: PathBuf) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            store,
            layout,
            lock_path,
            turn: Arc::default(),
            refused: Refused::default(),
            no_exchange: AtomicBool::new(false),
            looked_for_orphans: AtomicBool::new(false),
            is_tidying: AtomicBool::new(false),
            trees: Mutex::default(),
            turns: Mutex::default(),
            history: Mutex::default(),
            claims: Mutex::default(),
            this: this.clone(),
        })
    }

    fn is_for(&self, layout: &Layout, lock_path: &Path) -> bool {
        let (one, other) = (&self.layout.scheme, &layout.scheme);
        self.lock_path == lock_path
            && (&one.purelib, &one.platlib, &one.scripts, &one.data, &one.include)
                == (&other.purelib, &other.platlib, &other.scripts, &other.data, &other.include)
    }

    /// Takes this place's turn if nobody has it, in the process and among processes.
    pub(crate) fn try_lock(&self) -> io::Result<Option<Lock>> {
        let Ok(turn) = self.turn.clone().try_lock_owned() else { return Ok(None) };
        let file = EnvironmentLock::try_now(&self.lock_path, &self.layout.scheme.purelib)?;
        Ok(file.map(|file| Lock { _file: file, _turn: turn }))
    }

    /// Takes it if it is to be had at once. The thread that tidies up after an answer is waited for a little longer:
    /// what it does now, a change would have to do.
    pub(crate) fn lock_soon(&self) -> Option<Lock> {
        const PATIENCE: Duration = Duration::from_millis(5);
        const TIDYING: Duration = Duration::from_millis(50);

        let begin = Instant::now();
        loop {
            let patience = if self.is_tidying.load(Ordering::Relaxed) { TIDYING } else { PATIENCE };
            match self.try_lock() {
                Ok(None) if begin.elapsed() < patience => std::thread::sleep(PATIENCE / 100),
                locked => return locked.ok()?,
            }
        }
    }

    /// Waits for it.
    ///
    /// Where the lock can't be had (a read-only place, a timeout) uv goes on without one: so may the Child.
    pub(crate) async fn lock(&self) -> Result<Lock, Reroute> {
        let turn = tokio::time::timeout(timeout(), self.turn.clone().lock_owned())
            .await
            .map_err(|_| Reroute::because("the environment is locked by another call of this process"))?;
        let file = EnvironmentLock::acquire(&self.lock_path, &self.layout.scheme.purelib)
            .await
            .map_err(|error| Reroute::because(format!("the environment can't be locked: {error}")))?;
        Ok(Lock { _file: file, _turn: turn })
    }

    /// Its directories as they are now.
    pub(super) fn ground(&self) -> Ground {
        layered::learn(&self.store.base);
        Ground::of(&self.layout)
    }

    /// Which object its base is now.
    pub(super) fn base_object(&self) -> io::Result<Option<Object>> {
        // First: objects of an overlay are told apart otherwise.
        layered::learn(&self.store.base);
        Object::at(&self.store.base)
    }

    pub(super) fn trees(&self) -> MutexGuard<'_, Trees> {
        self.trees.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turns(&self) -> MutexGuard<'_, Vec<Arc<Turn>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finishes or undoes what a dead process left. The lock is held.
    #[tracing::instrument(name = "recover", level = "debug", skip_all)]
    pub(crate) fn recover(&self) -> io::Result<Option<Recovered>> {
        recover::recover(self)
    }

    /// Removes what processes left that ended before they had cleaned up. The lock is held: whoever needs it has it.
    pub(crate) fn clear_stages(&self) {
        self.stale_stages().iter().for_each(|stage| stages::remove(stage));
        self.store.leave();
    }

    /// Whether no dead process left anything to be recovered. The lock is held.
    pub(crate) fn is_at_rest(&self) -> bool {
        journal::is_armed(&self.store.journal()).is_ok_and(|armed| !armed) && blocks::abandoned(self).is_none()
    }

    /// The journal, where there is one and no dead process left anything to be recovered. The lock is held.
    pub(crate) fn journal_at_rest(&self) -> Option<Journal> {
        let journal = Journal::at_rest(&self.store.journal()).ok()??;
        blocks::abandoned(self).is_none().then_some(journal)
    }

    /// Makes a change, whole or not at all. The lock is held.
    pub(crate) fn change(&self, mut work: Work<'_>) -> Result<Changed, Failure> {
        self.finish();
        if shelf::is_on(self)
            && let Some(ready) = self.ready(work.incoming, work.outgoing)
        {
            let Ready { prepared, outgoing, arrangement } = ready;
            let entry = self.pending(&prepared, &outgoing, &work.asked);
            let node = turn::node(&outgoing);
            if !may_commit() {
                drop(node);
                self.put_back(prepared, outgoing);
                return Err(Failure::Cancelled);
            }
            let commit = self.commit(&prepared, &arrangement, &node, work.durable, entry.as_ref());
            let committed = commit.run(work.journal.take());
            drop(node);
            return match committed {
                Ok(committed) => {
                    let (arrangement, claim, anew) = (&arrangement, work.claim, false);
                    Ok(self.done(Over { prepared, outgoing, arrangement, committed, claim, entry, anew }))
                }
                Err(Failed::Stuck { error, undoing }) => Err(stuck(&error, &undoing)),
                // Arranged anew, it may succeed, or say better why not.
                Err(_) => {
                    self.put_back(prepared, outgoing);
                    self.turns().clear();
                    self.change_anew(work)
                }
            };
        }
        self.change_anew(work)
    }

    fn change_anew(&self, work: Work<'_>) -> Result<Changed, Failure> {
        if !self.looked_for_orphans.swap(true, Ordering::Relaxed) {
            self.orphans().iter().for_each(|tree| stages::remove(tree));
        }
        let mut prepared = self.prepare(work.incoming, work.outgoing, work.preview)?;
        let outgoing: Vec<_> = prepared
            .members
            .iter()
            .map(|member| match &member.leaving[..] {
                [one] => self.outgoing(member, one, &prepared.ground),
                _ => None,
            })
            .collect();
        for (member, goes) in prepared.members.iter_mut().zip(&outgoing) {
            let nothing = Manifest::default();
            let goes = goes.as_ref().map_or(&nothing, |tree| &tree.manifest);
            if let Some(comes) = member.comes.as_mut().filter(|_| !member.leaving.is_empty()) {
                let apart = apart::set_apart(&mut comes.manifest, &member.tree, goes, &prepared.ground.base);
                if let Err(error) = apart {
                    self.put_back(prepared, outgoing);
                    return Err(error.into());
                }
            }
        }
        calls::tell(&Event::Staged { packages: work.incoming.len() });
        if !may_commit() {
            self.put_back(prepared, outgoing);
            return Err(Failure::Cancelled);
        }
        let entry = self.pending(&prepared, &outgoing, &work.asked);
        match self.try_all_ways(&prepared, work.durable, entry.as_ref()) {
            Ok((arrangement, committed)) => {
                let (arrangement, claim, anew) = (&arrangement, work.claim, true);
                Ok(self.done(Over { prepared, outgoing, arrangement, committed, claim, entry, anew }))
            }
            Err(Failure::Stuck(error)) => Err(Failure::Stuck(error)),
            Err(failure) => {
                self.put_back(prepared, outgoing);
                Err(failure)
            }
        }
    }

    /// Does what earlier Transactions left to do, if nobody has the lock; false if somebody has. Nothing comes or goes
    /// by that: somebody may be removing the environment.
    pub(crate) fn finish_if_free(&self) -> bool {
        let Ok(_turn) = self.turn.clone().try_lock_owned() else { return false };
        match EnvironmentLock::try_there(&self.lock_path, &self.layout.scheme.purelib) {
            Ok(Some(_lock)) => {
                self.is_tidying.store(true, Ordering::Relaxed);
                self.finish();
                self.is_tidying.store(false, Ordering::Relaxed);
                true
            }
            Ok(None) => false,
            // The place is gone, or nobody's to lock any more.
            Err(_) => true,
        }
    }

    /// Does what earlier Transactions left to do: looks at the roots, and through what went on the Shelf. The lock is
    /// held: whoever has it may use the Shelf.
    pub(super) fn finish(&self) {
        drop(std::mem::take(&mut *self.claims.lock().unwrap_or_else(PoisonError::into_inner)));
        let unproved = self.trees().take_unproved();
        for mut tree in unproved {
            let Some(directory) = tree.directory(&self.store) else { continue };
            // One that fails stays until it is wanted, or pruned: nothing goes either while somebody removes all.
            tree.proved = left::prove(self, &mut tree, &directory).unwrap_or(false);
            self.trees().put(&self.store, tree);
        }
    }

    /// Has it on disk what is known of the trees.
    pub(super) fn write_down(&self) {
        if self.store.stays {
            self.trees().make_files(&self.store);
            self.write_changes();
        }
    }

    /// Has it in the files that are there already.
    pub(super) fn write_changes(&self) {
        let _ = faults::point("after.write");
        self.trees().write(&self.store, false);
    }

    fn commit<'a>(
        &'a self,
        prepared: &'a Prepared,
        arrangement: &'a Arrangement,
        node: &'a dyn Deref<Target = Node>,
        durable: bool,
        entry: Option<&'a Pending>,
    ) -> Commit<'a> {
        let (store, members, stage) = (&self.store, &prepared.members[..], prepared.stage.as_path());
        Commit { store, members, arrangement, node, stage, durable, entry }
    }

    /// What is known of a distribution that goes out.
    fn outgoing(&self, member: &Member, dist_info: &Path, ground: &Ground) -> Option<Tree> {
        let known = self.trees().take_live(&self.store, &member.name, dist_info);
        known.or_else(|| {
            let (version, object) = (member.from.as_ref()?, Object::at(dist_info).ok()??);
            Some(Tree::of_another(&member.name, version, ground.relative(dist_info)?, object))
        })
    }

    fn try_all_ways(
        &self,
        prepared: &Prepared,
        durable: bool,
        entry: Option<&Pending>,
    ) -> Result<(Arrangement, Committed), Failure> {
        let extra = prepared.stage.join("extra");
        loop {
            let no_exchange = self.no_exchange.load(Ordering::Relaxed);
            let arranger = Arranger::new(&prepared.ground, &prepared.members, &self.refused, &extra, no_exchange);
            let (arrangement, node) = arranger.arrange().map_err(told)?;
            let node = &node;
            let commit = self.commit(prepared, &arrangement, &node, durable, entry);
            match commit.run(None) {
                Ok(committed) => return Ok((arrangement, committed)),
                Err(Failed::Refused(directory)) if !self.refused.has(&directory) => self.refused.add(directory),
                Err(Failed::Refused(path) | Failed::Unfit(path)) => {
                    return Err(Failure::Unfit(format!("`{}` can't be renamed", path.display())));
                }
                Err(Failed::NoExchange) if !no_exchange => self.no_exchange.store(true, Ordering::Relaxed),
                Err(Failed::NoExchange) => return Err(Failure::Unfit("the filesystem renames nothing".to_owned())),
                Err(Failed::Undone(error)) => return Err(Failure::Unchanged(error.into())),
                Err(Failed::Stuck { error, undoing }) => return Err(stuck(&error, &undoing)),
            }
        }
    }
}

fn stuck(error: &io::Error, undoing: &io::Error) -> Failure {
    Failure::Stuck(anyhow::anyhow!(
        "{error}; undoing what was done failed too: {undoing}. The next command here tries again"
    ))
}

fn told(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Io(error) => error.into(),
        Trouble::Blocked(path) => Failure::Unchanged(anyhow::anyhow!(
            "`{}` is in the way of a file or directory that the package brings, and holds files that are no package's. \
             Move it elsewhere, and try again",
            path.display()
        )),
    }
}
