//! What came of a Transaction: for the answer, for the history, and to be done after it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::after::{self, Later, What};
use super::arrange::Arrangement;
use super::commit::Committed;
use super::history::{self, Move, Pending, Side};
use super::layout::Ground;
use super::left::{self, Leaving};
use super::member::Member;
use super::place::Place;
use super::stage::Prepared;
use super::step::{Kind, Step};
use super::tree::Tree;
use super::{blocks, shelf};
use crate::inventory::{self, Claim};

/// How long, in milliseconds, a directory's times say nothing after a change, and a little more.
const DOUBT: u64 = 22;

/// After how many milliseconds what is known is written down.
const WRITING: u64 = 500;

/// What came of a Transaction.
#[derive(Debug)]
pub(crate) struct Changed {
    /// Its number in the history, if one is kept.
    pub(crate) generation: io::Result<Option<u64>>,
    /// Where users' files were put that could not stay where they were.
    pub(crate) kept: Vec<PathBuf>,
    /// Names that Python imports whose files were changed.
    pub(crate) modules: Vec<String>,
}

/// A Transaction that is over, and what it was about.
pub(super) struct Over<'a> {
    pub(super) prepared: Prepared,
    pub(super) outgoing: Vec<Option<Tree>>,
    pub(super) arrangement: &'a Arrangement,
    pub(super) committed: Committed,
    pub(super) claim: Claim,
    pub(super) entry: Option<Pending>,
    /// Whether it was arranged anew, as no Transaction of before had led the other way.
    pub(super) anew: bool,
}

impl Place {
    /// What is to be done about what came and what went, now and after the answer.
    #[tracing::instrument(name = "settle", level = "debug", skip_all)]
    pub(super) fn done(&self, over: Over<'_>) -> Changed {
        let Over { mut prepared, outgoing, arrangement, committed, claim, entry, anew } = over;
        // While the journal is armed: if this process dies in between, recovery writes it.
        let generation = entry.map(|entry| self.remember(entry)).transpose();
        committed.close();
        if shelf::is_on(self) {
            self.keep_turn(&prepared, &outgoing, arrangement);
        }
        let mut leaving = Vec::with_capacity(prepared.members.len());
        for (at, (member, tree)) in prepared.members.iter().zip(outgoing).enumerate() {
            leaving.push(Leaving {
                directory: member.tree.clone(),
                tree,
                renamed: renamed(&prepared.ground, arrangement, at, Kind::In),
                looked_at: !anew,
                strangers: strangers(&member.tree, arrangement, &committed.given_back),
                dist_infos: dist_infos(&prepared.ground, arrangement, at),
                stuck: committed.stuck.iter().any(|path| path.starts_with(&member.tree)),
            });
        }
        for (dist, member) in prepared.members.iter_mut().enumerate() {
            let Some(mut tree) = member.comes.take() else { continue };
            if tree.shelved {
                inventory::came_back(&prepared.ground.base.join(&tree.dist_info));
            }
            let paths = renamed(&prepared.ground, arrangement, dist, Kind::Out);
            // What came was staged in this call, or is of the Shelf: its files are what they should be.
            if tree.manifest.renamed(&prepared.ground.base, &paths, true).is_ok() {
                (tree.shelved, tree.proved) = (false, false);
                tree.changed();
                self.trees().put(&self.store, tree);
            }
        }
        // Before the answer: whoever removes the environment right after it must not meet us there.
        let kept = left::tidy(self, &prepared.stage, leaving);
        self.leave(claim, anew);
        Changed { generation, kept, modules: modules(&prepared.ground, &arrangement.steps) }
    }

    /// Has the rest done once the answer is given.
    fn leave(&self, claim: Claim, anew: bool) {
        let mut later = vec![Later { due: in_time(DOUBT), what: What::Settle(claim.roots()) }];
        if self.store.stays {
            let mut trees = self.trees();
            trees.make_files(&self.store);
            // Should this process die, others have to find the way back; and the Shelf, where time is not that short.
            let is_begun = blocks::is_begun(self);
            if anew || is_begun {
                trees.write(&self.store, !is_begun);
            }
            drop(trees);
            self.claims.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
            later.push(Later { due: in_time(1), what: What::Finish(self.this.clone()) });
            later.push(Later { due: in_time(WRITING), what: What::Write(self.this.clone()) });
        } else {
            drop(claim);
            self.store.leave();
        }
        after::do_later(later);
    }

    /// What is written into the history once it is done.
    pub(super) fn pending(
        &self,
        prepared: &Prepared,
        outgoing: &[Option<Tree>],
        asked: &(String, Value),
    ) -> Option<Pending> {
        let moves =
            prepared.members.iter().zip(outgoing).map(|(member, tree)| moved(member, tree.as_ref(), &prepared.ground));
        let (request, changes) = asked.clone();
        history::is_on(&self.store).then(|| Pending { request, changes, moves: moves.collect() })
    }
}

/// The paths below the base that were renamed, but for those of one kind.
fn renamed(ground: &Ground, arrangement: &Arrangement, dist: usize, but: Kind) -> Vec<PathBuf> {
    let steps = arrangement.steps.iter().filter(|step| step.dist == dist && step.kind != but);
    steps.filter_map(|step| ground.relative(&step.live)).map(Path::to_path_buf).collect()
}

/// What happened to a name, for the history.
fn moved(member: &Member, went: Option<&Tree>, ground: &Ground) -> Move {
    let side = |tree: &Tree| Side {
        version: tree.version.clone(),
        dist_info: tree.dist_info.clone(),
        object: Some(tree.object),
        wheel: tree.wheel.clone().map(Box::new),
    };
    // Of several that went, one can come back: the version alone is told.
    let first = member.leaving.first().and_then(|path| ground.relative(path)).map(Path::to_path_buf);
    let unknown = |version: &String| Side {
        version: version.clone(),
        dist_info: first.clone().unwrap_or_default(),
        object: None,
        wheel: None,
    };
    Move {
        name: member.name.clone(),
        from: went.map(side).or_else(|| member.from.as_ref().map(unknown)),
        to: member.comes.as_ref().map(side),
    }
}

/// Users' files that have a second name in a tree, by their paths in it.
fn strangers(tree: &Path, arrangement: &Arrangement, given_back: &[PathBuf]) -> Vec<PathBuf> {
    let carried =
        arrangement.wholes.iter().flat_map(|whole| whole.strangers.iter().map(|path| whole.beside.join(path)));
    let all = carried.chain(given_back.iter().cloned());
    all.filter_map(|path| path.strip_prefix(tree).ok().map(Path::to_path_buf)).collect()
}

fn in_time(milliseconds: u64) -> Instant {
    Instant::now() + Duration::from_millis(milliseconds)
}

/// The dist-infos of one distribution that went out, below the base.
fn dist_infos(ground: &Ground, arrangement: &Arrangement, dist: usize) -> Vec<PathBuf> {
    let steps =
        arrangement.steps.iter().filter(|step| step.dist == dist && step.kind != Kind::In && step.is_dist_info());
    steps.filter_map(|step| ground.relative(&step.live)).map(Path::to_path_buf).collect()
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
