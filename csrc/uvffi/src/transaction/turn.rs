//! A Transaction the other way round. What just came and what just went are known file by file: while no directory of
//! theirs changed, the renames that go back are those that came, in the opposite order.

use std::cell::LazyCell;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use uv_distribution_types::{InstalledDist, Name};

use super::arrange::{Arrangement, Whole};
use super::layout::Ground;
use super::manifest::{Entry, Stamp};
use super::member::Member;
use super::node::Node;
use super::object::Object;
use super::place::Place;
use super::stage::{Incoming, Origin, Prepared};
use super::step::{Kind, Step};
use super::tree::Tree;

/// The way back from what a Transaction did.
#[derive(Debug)]
pub(crate) struct Turn {
    ground: Arc<Ground>,
    names: Vec<Named>,
    steps: Vec<Turned>,
    /// The directories that are exchanged or taken out whole, below the base.
    wholes: Vec<(PathBuf, usize)>,
    bytecode: Vec<PathBuf>,
}

/// What comes of a name, and what goes.
#[derive(Debug)]
struct Named {
    name: String,
    comes: Object,
    goes: Object,
}

/// A rename, by its path below the base and in its tree alike.
#[derive(Debug)]
struct Turned {
    kind: Kind,
    path: PathBuf,
    incoming: Option<Object>,
    outgoing: Option<Object>,
    dist: usize,
}

/// A Transaction that needs no arranging.
pub(crate) struct Ready {
    pub(crate) prepared: Prepared,
    pub(crate) outgoing: Vec<Option<Tree>>,
    pub(crate) arrangement: Arrangement,
}

/// So many are kept for one place.
const KEPT: usize = 16;

impl Turn {
    /// The way back, where nothing but exchanges of known trees was done.
    pub(crate) fn back(prepared: &Prepared, outgoing: &[Option<Tree>], arrangement: &Arrangement) -> Option<Self> {
        if !arrangement.prune.is_empty() || arrangement.wholes.iter().any(|whole| !whole.strangers.is_empty()) {
            return None;
        }
        let mut names = Vec::with_capacity(prepared.members.len());
        for (member, went) in prepared.members.iter().zip(outgoing) {
            // What went is what comes.
            let (came, went) = (member.comes.as_ref()?, went.as_ref()?);
            went.wheel.as_ref()?;
            names.push(Named { name: member.name.clone(), comes: went.object, goes: came.object });
        }
        let mut steps = Vec::with_capacity(arrangement.steps.len());
        // Backwards; but dist-infos of one and the same version are exchanged after what they tell of.
        let is_same = |step: &&Step| step.kind == Kind::Exchange && step.is_dist_info();
        let backwards = || arrangement.steps.iter().rev();
        let first = backwards().take_while(|step| step.is_dist_info()).filter(|step| !is_same(step));
        let content = backwards().filter(|step| !step.is_dist_info());
        let infos = backwards().filter(is_same);
        let last =
            backwards().skip_while(|step| step.is_dist_info()).filter(|step| step.is_dist_info() && !is_same(step));
        for step in first.chain(content).chain(infos).chain(last) {
            let path = prepared.ground.relative(&step.live)?.to_path_buf();
            if step.beside != prepared.members[step.dist].tree.join(&path) {
                return None;
            }
            let kind = match step.kind {
                Kind::In => Kind::Out,
                Kind::Exchange => Kind::Exchange,
                Kind::Out => Kind::In,
            };
            steps.push(Turned { kind, path, incoming: step.outgoing, outgoing: step.incoming, dist: step.dist });
        }
        let at = |whole: &Whole| prepared.members.iter().position(|member| whole.beside.starts_with(&member.tree));
        let wholes =
            arrangement.wholes.iter().map(|whole| Some((whole.path.clone(), at(whole)?))).collect::<Option<_>>()?;
        let bytecode = arrangement.bytecode.clone();
        Some(Self { ground: prepared.ground.clone(), names, steps, wholes, bytecode })
    }

    /// Whether it is the way back from a change: one between the very same objects is known already.
    fn is_back_from(&self, prepared: &Prepared, outgoing: &[Option<Tree>]) -> bool {
        self.names.len() == prepared.members.len()
            && self.names.iter().zip(prepared.members.iter().zip(outgoing)).all(|(name, (member, went))| {
                name.name == member.name
                    && member.comes.as_ref().is_some_and(|came| came.object == name.goes)
                    && went.as_ref().is_some_and(|went| went.object == name.comes)
            })
    }

    /// Whether it leads from what goes to what comes.
    fn leads(&self, incoming: &[Incoming], outgoing: &[InstalledDist]) -> bool {
        self.names.len() == incoming.len()
            && incoming.len() == outgoing.len()
            && incoming.iter().all(|one| self.names.iter().any(|name| name.name == one.name.as_ref()))
            && outgoing.iter().all(|one| self.names.iter().any(|name| name.name == one.name().as_ref()))
    }
}

impl Place {
    /// The Transaction that was made the other way before, if nothing of it has changed since.
    pub(super) fn ready(&self, incoming: &[Incoming], outgoing: &[InstalledDist]) -> Option<Ready> {
        let turns = self.turns().clone();
        turns
            .iter()
            .filter(|turn| turn.leads(incoming, outgoing))
            .find_map(|turn| self.try_turn(turn, incoming, outgoing))
    }

    fn try_turn(&self, turn: &Turn, incoming: &[Incoming], outgoing: &[InstalledDist]) -> Option<Ready> {
        let base = &turn.ground.base;
        let mut trees = self.trees();
        let mut sides = Vec::with_capacity(turn.names.len());
        for name in &turn.names {
            let one = incoming.iter().find(|one| one.name.as_ref() == name.name)?;
            let dist = outgoing.iter().find(|dist| dist.name().as_ref() == name.name)?;
            let comes = trees.shelved().find(|tree| tree.object == name.comes && tree.proved)?;
            let goes = trees.live(name.goes).filter(|tree| dist.install_path().ends_with(&tree.dist_info))?;
            let is_wanted = match &one.from {
                Origin::Wheel(_, key) => comes.key.as_deref() == Some(key.as_str()),
                Origin::Shelf(object, _) => comes.object == *object,
            };
            let directory = comes.directory(&self.store)?;
            // The dist-infos are among these: each is the very object.
            let is_unchanged = is_wanted
                && comes.manifest.has_its_directories(&directory).ok()?
                && goes.manifest.has_its_directories(base).ok()?;
            if !is_unchanged {
                return None;
            }
            sides.push(Sides { comes, goes, directory });
        }
        let arrangement = arrangement(turn, &sides).ok()??;
        let directories: Vec<PathBuf> = sides.into_iter().map(|side| side.directory).collect();
        let mut members = Vec::with_capacity(turn.names.len());
        let mut going = Vec::with_capacity(turn.names.len());
        for (name, tree) in turn.names.iter().zip(directories) {
            let (comes, goes) = (trees.take(name.comes)?, trees.take(name.goes)?);
            members.push(Member {
                name: name.name.clone(),
                from: Some(goes.version.clone()),
                to: Some(comes.version.clone()),
                tree,
                comes: Some(comes),
                labels: Vec::new(),
                leaving: vec![base.join(&goes.dist_info)],
            });
            going.push(Some(goes));
        }
        let prepared = Prepared { stage: self.store.new_stage(), ground: turn.ground.clone(), members };
        Some(Ready { prepared, outgoing: going, arrangement })
    }

    /// Keeps the way back from what was just done.
    pub(super) fn keep_turn(&self, prepared: &Prepared, outgoing: &[Option<Tree>], arrangement: &Arrangement) {
        let mut turns = self.turns();
        if let Some(at) = turns.iter().position(|turn| turn.is_back_from(prepared, outgoing)) {
            turns[..=at].rotate_right(1);
        } else if let Some(turn) = Turn::back(prepared, outgoing, arrangement) {
            turns.insert(0, Arc::new(turn));
            turns.truncate(KEPT);
        }
    }
}

/// What is known of a name that is exchanged.
struct Sides<'t> {
    comes: &'t Tree,
    goes: &'t Tree,
    /// Where what comes is.
    directory: PathBuf,
}

/// The renames, if the files that are renamed one by one are what they were.
fn arrangement(turn: &Turn, sides: &[Sides<'_>]) -> io::Result<Option<Arrangement>> {
    let mut arrangement = Arrangement { bytecode: turn.bytecode.clone(), ..Arrangement::default() };
    for Turned { kind, path, incoming, outgoing, dist } in &turn.steps {
        let side = &sides[*dist];
        let (live, beside) = (turn.ground.base.join(path), side.directory.join(path));
        for (object, tree, at) in [(outgoing, side.goes, &live), (incoming, side.comes, &beside)] {
            if object.is_some_and(|object| !object.is_directory()) && !tree.manifest.has_file(path, at)? {
                return Ok(None);
            }
        }
        let (kind, incoming, outgoing, dist) = (*kind, *incoming, *outgoing, *dist);
        arrangement.steps.push(Step { kind, beside, live, incoming, outgoing, replaces: None, dist });
    }
    for (path, dist) in &turn.wholes {
        let Sides { comes, goes, directory } = &sides[*dist];
        let directories: Vec<_> = goes.manifest.directories.iter().filter_map(|entry| below(entry, path)).collect();
        let coming: FxHashMap<_, _> =
            comes.manifest.directories.iter().filter_map(|entry| below(entry, path)).collect();
        let is_apart = !directories
            .iter()
            .any(|(path, then)| coming.get(path).is_some_and(|comes| comes.modified == then.modified));
        let directories = directories.into_iter().map(|(path, then)| (PathBuf::from(path), then)).collect();
        let (live, beside) = (turn.ground.base.join(path), directory.join(path));
        let (path, gone, strangers) = (path.clone(), beside.clone(), Vec::new());
        arrangement.wholes.push(Whole { path, live, beside, gone, strangers, directories, is_apart });
    }
    Ok(Some(arrangement))
}

/// A directory by its path below another, and how it is.
fn below<'e>(entry: &'e Entry, above: &Path) -> Option<(&'e OsStr, Stamp)> {
    let rest = entry.path.as_os_str().as_bytes().strip_prefix(above.as_os_str().as_bytes())?;
    // The directory itself is of no name in it.
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(b"/")? };
    Some((OsStr::from_bytes(rest), entry.stamp))
}

/// What goes out, by name: made only where something appeared meanwhile.
pub(crate) fn node(outgoing: &[Option<Tree>]) -> LazyCell<Node, impl FnOnce() -> Node> {
    LazyCell::new(move || {
        let mut node = Node::default();
        for (at, tree) in outgoing.iter().enumerate() {
            for file in tree.iter().flat_map(|tree| &tree.manifest.files) {
                node.lose(&file.path, at);
            }
        }
        node
    })
}
