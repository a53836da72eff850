//! From what comes and what goes to the renames that do it.
//!
//! A directory that is one distribution's alone is exchanged whole, with the users' files in it carried along. One that
//! others share is gone through, name by name; so are directories that the filesystem won't rename (lower layers).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::layout::Ground;
use super::manifest::Stamp;
use super::member::{self, Member};
use super::node::Node;
use super::object::{self, Kind, Object, layered};
use super::refused::{self, Refused};
use super::step::{self, Step};
use super::strangers::{self, Strangers};

/// All that a Transaction will do, in the order in which it is done.
#[derive(Debug, Default)]
pub(crate) struct Arrangement {
    pub(crate) steps: Vec<Step>,
    /// Directories to be made beside the live tree before.
    pub(crate) slots: BTreeSet<PathBuf>,
    /// Live directories that may be empty afterwards, by depth.
    pub(crate) prune: BTreeSet<PathBuf>,
    /// Modules whose bytecode goes: the cache's path, and the module's name in it.
    pub(crate) bytecode: Vec<PathBuf>,
    /// The directories that are exchanged or taken out whole.
    pub(crate) wholes: Vec<Whole>,
}

/// A directory that goes out as one.
#[derive(Debug)]
pub(crate) struct Whole {
    /// By its path below the base.
    pub(crate) path: PathBuf,
    pub(crate) live: PathBuf,
    /// What comes in its place, if anything does.
    pub(crate) beside: PathBuf,
    /// Where it is once it went.
    pub(crate) gone: PathBuf,
    /// Users' files in it, by their paths below it; carried along before.
    pub(crate) strangers: Vec<PathBuf>,
    /// It and the directories below it, as they were before they were looked through.
    pub(crate) directories: Vec<(PathBuf, Stamp)>,
    /// Whether each of them is known to have another time than the one that comes in its place.
    pub(crate) is_apart: bool,
}

/// Why it can't be arranged.
#[derive(Debug)]
pub(crate) enum Trouble {
    Io(io::Error),
    /// Something that isn't the package's stands where it has to come.
    Blocked(PathBuf),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// In which part of the order a step belongs.
#[derive(Clone, Copy)]
enum Phase {
    First,
    Content,
    Infos,
    Last,
}

pub(crate) struct Arranger<'a> {
    pub(crate) ground: &'a Ground,
    pub(crate) members: &'a [Member],
    pub(crate) refused: &'a Refused,
    /// A directory for what has to be made besides.
    pub(crate) extra: &'a Path,
    no_exchange: bool,
    /// Whether all lies on an overlay.
    layered: bool,
    phases: [Vec<Step>; 4],
    done: Arrangement,
}

impl<'a> Arranger<'a> {
    pub(crate) fn new(
        ground: &'a Ground,
        members: &'a [Member],
        refused: &'a Refused,
        extra: &'a Path,
        no_exchange: bool,
    ) -> Self {
        let layered = layered::is_layered_at(&ground.base);
        Self {
            ground,
            members,
            refused,
            extra,
            no_exchange,
            layered,
            phases: Default::default(),
            done: Arrangement::default(),
        }
    }

    /// Arranges all; gives back the tree of names too, by which strangers are known again.
    pub(crate) fn arrange(mut self) -> Result<(Arrangement, Node), Trouble> {
        let mut node = Node::default();
        let own = member::dist_infos(self.members, self.ground);
        for (at, member) in self.members.iter().enumerate() {
            member.bring(at, &mut node);
            member.lose(at, self.ground, &own, &mut node)?;
            self.dist_infos(at, member)?;
        }
        self.inside(Path::new(""), &node, Phase::Content)?;
        let Self { phases, mut done, .. } = self;
        done.steps = phases.into_iter().flatten().collect();
        Ok((done, node))
    }

    fn dist_infos(&mut self, at: usize, member: &Member) -> Result<(), Trouble> {
        let comes = member.comes.as_ref().map(|tree| &tree.dist_info);
        let mut leaving: BTreeSet<PathBuf> =
            member.leaving.iter().filter_map(|path| self.ground.relative(path)).map(Path::to_path_buf).collect();
        if let Some(comes) = comes {
            let live = self.ground.base.join(comes);
            // Of the same version: of ours, or one that was left over.
            if leaving.remove(comes) || Object::at(&live)?.is_some() {
                self.whole_or_files(comes, at, Phase::Infos)?;
            } else {
                let phase = if leaving.is_empty() { Phase::Last } else { Phase::First };
                self.step(step::Kind::In, comes, at, phase)?;
            }
        }
        let phase = if comes.is_some() { Phase::Last } else { Phase::First };
        for path in leaving {
            self.whole_or_files(&path, at, phase)?;
        }
        Ok(())
    }

    /// A dist-info that goes, or is exchanged: as one, where the filesystem lets it.
    fn whole_or_files(&mut self, path: &Path, at: usize, phase: Phase) -> Result<(), Trouble> {
        let (live, beside) = (self.ground.base.join(path), self.members[at].tree.join(path));
        let comes = Kind::of(object::stat(&beside)?.as_ref()) == Kind::Directory;
        if !self.refused.has(&live) {
            let kind = if comes { step::Kind::Exchange } else { step::Kind::Out };
            return self.step(kind, path, at, phase);
        }
        let mut node = Node::default();
        if comes {
            each_file(&beside, Path::new(""), &mut |path| node.bring(path, false, at))?;
        }
        each_file(&live, Path::new(""), &mut |path| node.lose(path, at))?;
        self.inside(path, &node, phase)
    }

    /// Goes through what a directory has, or will have.
    fn inside(&mut self, path: &Path, node: &Node, phase: Phase) -> Result<(), Trouble> {
        for (name, child) in &node.children {
            self.visit(&path.join(name), child, phase)?;
        }
        let live = self.ground.base.join(path);
        let is_root = self.ground.roots().contains(&live.as_path());
        // As uv: what became empty below site-packages goes, be it a directory of the scheme or not.
        if node.loses.is_some() && !is_root && self.ground.roots().iter().any(|root| live.starts_with(root)) {
            self.done.prune.insert(live.clone());
        }
        self.bytecode(&live, node, is_root);
        Ok(())
    }

    fn visit(&mut self, path: &Path, node: &Node, phase: Phase) -> Result<(), Trouble> {
        let live = self.ground.base.join(path);
        let found = Kind::of(object::stat(&live)?.as_ref());
        let whole = self.ground.is_in_root(path) && !self.refused.has(&live);
        match (node.is_brought(), node.directory, found) {
            (false, _, Kind::Absent) => Ok(()),
            (false, _, Kind::Link) if node.outgoing.is_none() && live.is_dir() => self.inside(path, node, phase),
            (false, _, Kind::File | Kind::Link) => match node.outgoing {
                Some(at) => self.step(step::Kind::Out, path, at, phase),
                None => Ok(()),
            },
            (false, _, Kind::Directory) => {
                let Some(at) = node.loses.filter(|_| whole) else { return self.inside(path, node, phase) };
                let strangers = strangers::strangers(&live, node)?;
                if strangers.mounted || !strangers.paths.is_empty() {
                    return self.inside(path, node, phase);
                }
                self.whole(step::Kind::Out, path, at, strangers, phase)
            }
            (true, false, Kind::Absent) => self.step(step::Kind::In, path, last(node), phase),
            (true, false, Kind::File | Kind::Link) => self.step(step::Kind::Exchange, path, last(node), phase),
            (true, false, Kind::Directory) => self.in_its_place(path, &live, node, phase),
            (true, true, Kind::Absent) => match node.bringer() {
                Some(at) => self.step(step::Kind::In, path, at, phase),
                None => self.common(path, node, phase),
            },
            (true, true, Kind::File) => self.in_its_place(path, &live, node, phase),
            (true, true, Kind::Link) if live.is_dir() => self.inside(path, node, phase),
            (true, true, Kind::Link) => self.in_its_place(path, &live, node, phase),
            (true, true, Kind::Directory) => {
                let at = node.bringer().filter(|_| whole && node.loses.is_some());
                let Some(at) = at else { return self.inside(path, node, phase) };
                let strangers = strangers::strangers(&live, node)?;
                if strangers.mounted || self.is_shared(&live, &strangers)? {
                    return self.inside(path, node, phase);
                }
                self.whole(step::Kind::Exchange, path, at, strangers, phase)
            }
        }
    }

    /// A file where a directory was, or a directory where something else was.
    fn in_its_place(&mut self, path: &Path, live: &Path, node: &Node, phase: Phase) -> Result<(), Trouble> {
        let at = node.bringer().ok_or_else(|| Trouble::Blocked(live.to_path_buf()))?;
        let is_directory = live.is_dir() && !live.is_symlink();
        // A file that is no package's: uv fails at it, too.
        if !is_directory && node.outgoing.is_none() {
            return Err(Trouble::Blocked(live.to_path_buf()));
        }
        if is_directory && !strangers::strangers(live, node)?.paths.is_empty() {
            return Err(Trouble::Blocked(live.to_path_buf()));
        }
        self.step(step::Kind::Exchange, path, at, phase)
    }

    /// A new directory that several distributions of this Transaction share: made empty, and filled by name.
    fn common(&mut self, path: &Path, node: &Node, phase: Phase) -> Result<(), Trouble> {
        let beside = self.extra.join(format!("{}", self.done.slots.len()));
        fs::create_dir_all(&beside)?;
        self.one_step(step::Kind::In, path, &beside, last(node), phase)?;
        self.done.slots.insert(beside);
        self.inside(path, node, phase)
    }

    /// Python's bytecode of modules that come or go, in a directory that stays: it must not be taken for another's.
    /// Beside modules that only go from site-packages itself it stays, as with uv, until one comes in their place.
    fn bytecode(&mut self, live: &Path, node: &Node, is_root: bool) {
        let goes = |child: &Node| child.is_brought() || (child.outgoing.is_some() && !is_root);
        let is_module = |name: &OsString| Path::new(name).extension().is_some_and(|kind| kind == "py");
        if node.child("__pycache__".as_ref()).is_some() {
            return;
        }
        let modules = node.children.iter().filter(|(name, child)| is_module(name) && goes(child));
        let stems: Vec<_> = modules.filter_map(|(name, _)| Path::new(name).file_stem()).collect();
        let cache = live.join("__pycache__");
        if !stems.is_empty() && !is_root {
            self.done.prune.insert(cache.clone());
        }
        self.done.bytecode.extend(stems.into_iter().map(|stem| cache.join(stem)));
    }

    fn whole(
        &mut self,
        kind: step::Kind,
        path: &Path,
        at: usize,
        strangers: Strangers,
        phase: Phase,
    ) -> Result<(), Trouble> {
        self.step(kind, path, at, phase)?;
        let (live, beside) = (self.ground.base.join(path), self.members[at].tree.join(path));
        let gone = if kind == step::Kind::Exchange && self.no_exchange { self.out(path) } else { beside.clone() };
        let Strangers { paths, directories, .. } = strangers;
        let (path, strangers, is_apart) = (path.to_path_buf(), paths, false);
        self.done.wholes.push(Whole { path, live, beside, gone, strangers, directories, is_apart });
        Ok(())
    }

    fn step(&mut self, kind: step::Kind, path: &Path, at: usize, phase: Phase) -> Result<(), Trouble> {
        let beside = self.members[at].tree.join(path);
        if kind == step::Kind::Exchange && self.no_exchange {
            let aside = self.out(path);
            self.one_step(step::Kind::Out, path, &aside, at, phase)?;
            return self.one_step(step::Kind::In, path, &beside, at, phase);
        }
        self.one_step(kind, path, &beside, at, phase)
    }

    /// Where what goes is put that can't be exchanged.
    fn out(&self, path: &Path) -> PathBuf {
        self.extra.join("out").join(path)
    }

    fn one_step(
        &mut self,
        kind: step::Kind,
        path: &Path,
        beside: &Path,
        at: usize,
        phase: Phase,
    ) -> Result<(), Trouble> {
        let (live, beside) = (self.ground.base.join(path), beside.to_path_buf());
        if self.layered || self.refused.has(&live) {
            refused::copy_up(&live);
        }
        let incoming = if kind == step::Kind::Out { None } else { Object::at(&beside)? };
        let there = Object::at(&live)?;
        let (outgoing, replaces) = if kind == step::Kind::In { (None, there) } else { (there, None) };
        if kind == step::Kind::Out {
            self.done.slots.extend(beside.parent().map(Path::to_path_buf));
        }
        self.phases[phase as usize].push(Step { kind, beside, live, incoming, outgoing, replaces, dist: at });
        Ok(())
    }

    /// Whether strangers are files of a distribution that stays.
    fn is_shared(&self, live: &Path, strangers: &Strangers) -> io::Result<bool> {
        if strangers.paths.is_empty() {
            return Ok(false);
        }
        let paths: Vec<_> = strangers.paths.iter().map(|path| live.join(path)).collect();
        let leaving: Vec<_> = self.members.iter().flat_map(|member| member.leaving.iter().cloned()).collect();
        strangers::is_of_another(&paths, &self.ground.roots(), &leaving)
    }
}

fn last(node: &Node) -> usize {
    node.incoming.last().copied().unwrap_or_default()
}

/// All that is in a directory and is none, by its path `below` it.
pub(super) fn each_file(directory: &Path, below: &Path, visit: &mut dyn FnMut(&Path)) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() { each_file(&entry.path(), &path, visit)? } else { visit(&path) }
    }
    Ok(())
}
