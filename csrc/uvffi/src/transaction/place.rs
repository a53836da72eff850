use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use uv_distribution_types::InstalledDist;
use uv_install_wheel::Layout;
use uv_preview::Preview;

use super::after::{self, Later, What};
use super::arrange::{Arrangement, Arranger, Trouble};
use super::commit::{Commit, Failed};
use super::blocks;
use super::history::{History, Move, Side};
use super::journal;
use super::layout::Ground;
use super::member::Member;
use super::object::Object;
use super::left::{self, LATE, Leaving, Left};
use super::recover::{self, Recovered};
use super::refused::Refused;
use super::stage::{Incoming, Prepared};
use super::step::{Kind, Step};
use super::store::Store;
use super::tree::Tree;
use super::trees::Trees;
use super::turn::{self, Ready, Turn};
use super::{Failure, shelf, stages, time_now};
use crate::inventory::{self, Claim};
use crate::sys::Time;

/// How long, in milliseconds, a directory's times say nothing after a change, and a little more.
const DOUBT: u64 = 22;

/// Where Transactions are made: one for each Environment, target or prefix.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) store: Store,
    layout: Layout,
    refused: Refused,
    /// Whether the filesystem knows no exchange: what goes is taken out then, before what comes is put in.
    no_exchange: AtomicBool,
    trees: Mutex<Trees>,
    turns: Mutex<Vec<Arc<Turn>>>,
    pub(super) history: Mutex<History>,
    /// What the last Transactions left to do.
    left: Mutex<Vec<Left>>,
    this: Weak<Self>,
}

/// What is to be changed.
pub(crate) struct Work<'a> {
    pub(crate) incoming: &'a [Incoming],
    pub(crate) outgoing: &'a [InstalledDist],
    pub(crate) preview: Preview,
    pub(crate) durable: bool,
    /// On the names that are changed.
    pub(crate) claim: Claim,
}

/// What came of a Transaction.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// For the history.
    pub(crate) moves: Vec<Move>,
    /// Names that Python imports whose files were changed.
    pub(crate) modules: Vec<String>,
}

impl Place {
    /// `venv`: the prefix, if it is a virtual environment; `place`: the root of `--target` or `--prefix`.
    pub(crate) fn new(layout: Layout, venv: Option<&Path>, place: Option<&Path>) -> Arc<Self> {
        let store = Store::of(&layout, venv, place);
        Arc::new_cyclic(|this| Self {
            store,
            layout,
            refused: Refused::default(),
            no_exchange: AtomicBool::new(false),
            trees: Mutex::default(),
            turns: Mutex::default(),
            history: Mutex::default(),
            left: Mutex::default(),
            this: this.clone(),
        })
    }

    /// Its directories as they are now.
    pub(super) fn ground(&self) -> Ground {
        Ground::of(&self.layout)
    }

    pub(super) fn trees(&self) -> MutexGuard<'_, Trees> {
        self.trees.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turns(&self) -> MutexGuard<'_, Vec<Arc<Turn>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finishes or undoes what a dead process left. The lock is held.
    pub(crate) fn recover(&self) -> io::Result<Option<Recovered>> {
        recover::recover(&self.store)
    }

    /// Whether no dead process left anything to be recovered. The lock is held.
    pub(crate) fn is_at_rest(&self) -> bool {
        journal::is_armed(&self.store.journal()).is_ok_and(|armed| !armed) && blocks::abandoned(self).is_none()
    }

    /// Makes a change, whole or not at all. The lock is held.
    pub(crate) fn change(&self, work: Work<'_>) -> Result<Changed, Failure> {
        self.finish_left();
        if shelf::is_on(self)
            && let Some(ready) = self.ready(work.incoming, work.outgoing)
        {
            let Ready { prepared, outgoing, arrangement } = ready;
            let commit = self.commit(&prepared, &arrangement, &turn::node(&outgoing), work.durable).run();
            return match commit {
                Ok(given_back) => Ok(self.done(prepared, outgoing, &arrangement, &given_back, work.claim)),
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
        // Of processes that ended before they had cleaned up: whoever needs one has the lock.
        self.stale_stages().iter().for_each(|stage| stages::remove(stage));
        let prepared = self.prepare(work.incoming, work.outgoing, work.preview)?;
        let outgoing: Vec<_> = prepared
            .members
            .iter()
            .map(|member| match &member.leaving[..] {
                [one] => self.outgoing(member, one, &prepared.ground),
                _ => None,
            })
            .collect();
        match self.try_all_ways(&prepared, work.durable) {
            Ok((arrangement, given_back)) => Ok(self.done(prepared, outgoing, &arrangement, &given_back, work.claim)),
            Err(Failure::Stuck(error)) => Err(Failure::Stuck(error)),
            Err(failure) => {
                self.put_back(prepared, outgoing);
                Err(failure)
            }
        }
    }

    /// Does what earlier Transactions left to do.
    pub(super) fn finish_left(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        for one in left.drain(..) {
            left::finish(self, one);
        }
    }

    /// What is to be done about what came and what went, now and after the answer.
    fn done(
        &self,
        mut prepared: Prepared,
        outgoing: Vec<Option<Tree>>,
        arrangement: &Arrangement,
        given_back: &[PathBuf],
        claim: Claim,
    ) -> Changed {
        let at = time_now();
        let moves = prepared.members.iter().zip(&outgoing).map(|(member, tree)| moved(member, tree.as_ref())).collect();
        if shelf::is_on(self)
            && let Some(turn) = Turn::back(&prepared, &outgoing, arrangement)
        {
            let mut turns = self.turns();
            turns.insert(0, Arc::new(turn));
            turns.truncate(turn::KEPT);
        }
        let later = later(arrangement, at, &claim);
        let mut left = Left { stage: prepared.stage.clone(), trees: Vec::new(), at, claim: Some(claim) };
        for (at, (member, tree)) in prepared.members.iter().zip(outgoing).enumerate() {
            left.trees.push(Leaving {
                directory: member.tree.clone(),
                tree,
                renamed: renamed(&prepared.ground, arrangement, at, Kind::In),
                strangers: strangers(&member.tree, arrangement, given_back),
            });
        }
        for (dist, member) in prepared.members.iter_mut().enumerate() {
            let Some(mut tree) = member.comes.take() else { continue };
            if tree.shelved.is_some() {
                inventory::came_back(&prepared.ground.base.join(&tree.dist_info));
            }
            let paths = renamed(&prepared.ground, arrangement, dist, Kind::Out);
            if tree.manifest.renamed(&prepared.ground.base, &paths).is_ok() {
                (tree.shelved, tree.came, tree.proved, tree.written) = (None, at, false, false);
                self.trees().put(tree);
            }
        }
        self.leave(left, later);
        Changed { moves, modules: modules(&prepared.ground, &arrangement.steps) }
    }

    fn commit<'a, N>(
        &'a self,
        prepared: &'a Prepared,
        arrangement: &'a Arrangement,
        node: &'a N,
        durable: bool,
    ) -> Commit<'a, N> {
        Commit { store: &self.store, members: &prepared.members, arrangement, node, stage: &prepared.stage, durable }
    }

    /// What is known of a distribution that goes out.
    fn outgoing(&self, member: &Member, dist_info: &Path, ground: &Ground) -> Option<Tree> {
        let known = self.trees().take_live(&self.store, &member.name, dist_info);
        known.or_else(|| {
            let (version, object) = (member.from.as_ref()?, Object::at(dist_info).ok()??);
            Some(Tree::of_another(&member.name, version, ground.relative(dist_info)?, object))
        })
    }

    /// Leaves what is to be done once the answer is given.
    fn leave(&self, left: Left, later: Vec<Later>) {
        if !self.store.stays {
            // Nothing may be there but while a Transaction is.
            left::finish(self, left);
            self.store.leave();
            return;
        }
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push(left);
        after::finish_soon(self.this.clone(), later);
    }

    fn try_all_ways(&self, prepared: &Prepared, durable: bool) -> Result<(Arrangement, Vec<PathBuf>), Failure> {
        let extra = prepared.stage.join("extra");
        loop {
            let no_exchange = self.no_exchange.load(Ordering::Relaxed);
            let arranger = Arranger::new(&prepared.ground, &prepared.members, &self.refused, &extra, no_exchange);
            let (arrangement, node) = arranger.arrange().map_err(told)?;
            let node = Box::new(node);
            let commit = self.commit(prepared, &arrangement, &node, durable);
            match commit.run() {
                Ok(given_back) => return Ok((arrangement, given_back)),
                Err(Failed::Refused(directory)) => self.refused.add(directory),
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

/// The paths below the base that were renamed, but for those of one kind.
fn renamed(ground: &Ground, arrangement: &Arrangement, dist: usize, but: Kind) -> Vec<PathBuf> {
    let steps = arrangement.steps.iter().filter(|step| step.dist == dist && step.kind != but);
    steps.filter_map(|step| ground.relative(&step.live)).map(Path::to_path_buf).collect()
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

/// What happened to a name, for the history.
fn moved(member: &Member, went: Option<&Tree>) -> Move {
    let side = |tree: &Tree| Side {
        version: tree.version.clone(),
        object: Some(tree.object),
        wheel: tree.wheel.clone().map(Box::new),
    };
    // Of several that went, one can come back: the version alone is told.
    let unknown = |version: &String| Side { version: version.clone(), object: None, wheel: None };
    Move {
        name: member.name.clone(),
        from: went.map(side).or_else(|| member.from.as_ref().map(unknown)),
        to: member.comes.as_ref().map(side),
    }
}

/// Users' files that have a second name in a tree, by their paths in it.
fn strangers(tree: &Path, arrangement: &Arrangement, given_back: &[PathBuf]) -> Vec<PathBuf> {
    let carried = arrangement.wholes.iter().flat_map(|whole| whole.strangers.iter().map(|path| whole.beside.join(path)));
    let all = carried.chain(given_back.iter().cloned());
    all.filter_map(|path| path.strip_prefix(tree).ok().map(Path::to_path_buf)).collect()
}

/// What is to be done a while after.
fn later(arrangement: &Arrangement, came: Time, claim: &Claim) -> Vec<Later> {
    let in_time = |milliseconds| Instant::now() + Duration::from_millis(milliseconds);
    let mut later = vec![Later { due: in_time(DOUBT), what: What::Settle(claim.roots()) }];
    let caches = caches(arrangement);
    if !caches.is_empty() {
        let due = in_time(LATE.unsigned_abs() * 1000 + 100);
        later.push(Later { due, what: What::Sweep { caches: caches.into_iter().collect(), came } });
    }
    later
}

/// Where bytecode of old sources may come late.
fn caches(arrangement: &Arrangement) -> BTreeSet<PathBuf> {
    let mut caches = BTreeSet::new();
    for whole in &arrangement.wholes {
        for (path, _) in &whole.directories {
            if path.file_name().is_none_or(|name| name != "__pycache__") {
                caches.insert(whole.live.join(path).join("__pycache__"));
            }
        }
    }
    for step in arrangement.steps.iter().filter(|step| step.live.extension().is_some_and(|kind| kind == "py")) {
        caches.extend(step.live.parent().map(|parent| parent.join("__pycache__")));
    }
    caches
}

/// What Python imports of what was renamed.
fn modules(ground: &Ground, steps: &[Step]) -> Vec<String> {
    let mut modules = BTreeSet::new();
    for step in steps {
        let below = ground.roots().iter().find_map(|root| step.live.strip_prefix(root).ok());
        let first = below.and_then(|path| path.components().next()).and_then(|name| name.as_os_str().to_str());
        let Some(name) = first.filter(|name| !name.ends_with(".dist-info") && *name != "__pycache__") else { continue };
        let module = name.split('.').next().unwrap_or(name);
        if !module.is_empty() && module.chars().all(|char| char == '_' || char.is_alphanumeric()) {
            modules.insert(module.to_owned());
        }
    }
    modules.into_iter().collect()
}
