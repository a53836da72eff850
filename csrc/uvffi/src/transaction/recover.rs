//! Finishing or undoing what a dead process left. The lock is held: no living one is at work here.
//!
//! Each step's state is read from the disk. None done: the record is dropped. Some done: the others are done too, in
//! their order, and all of that again if this process dies as well. Where somebody else changed a distribution in
//! between, nothing more of it is touched. A record that can't be read, or is of another place, is kept aside.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uv_install_wheel::read_record_into_iter;

use super::arrange::Whole;
use super::journal::{self, Found, Journal, Record, Told};
use super::layout::plain;
use super::node::Node;
use super::object::Object;
use super::step::{Kind, State, Step};
use super::store::Store;
use super::{faults, settle, stages};

/// What was found and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recovered {
    Undone(Vec<String>),
    Finished(Vec<String>),
    /// Finished as far as nobody else had changed it; of these somebody had.
    Partly { finished: Vec<String>, foreign: Vec<String> },
    /// Kept aside under this path.
    Unreadable { kept: PathBuf, why: String },
    ElsewhereKept(PathBuf),
}

/// Recovers a place, if there is anything to recover.
pub(crate) fn recover(store: &Store) -> io::Result<Option<Recovered>> {
    let record = match journal::read(&store.journal())? {
        Found::Nothing => return Ok(None),
        Found::Unreadable(why) => {
            return keep_aside(store, "unreadable").map(|kept| Some(Recovered::Unreadable { kept, why }));
        }
        Found::Armed(record) => record,
    };
    if record.base_object != Object::at(&record.base)? || record.base != store.base {
        return keep_aside(store, "of-another-place").map(|kept| Some(Recovered::ElsewhereKept(kept)));
    }
    faults::point("recover.begin")?;
    let recovered = finish(&record)?;
    faults::point("recover.drop")?;
    Journal::open(&store.journal())?.drop_record()?;
    faults::point("recover.clean")?;
    stages::remove(&record.stage);
    store.leave();
    Ok(Some(recovered))
}

fn finish(record: &Record) -> io::Result<Recovered> {
    let mut states = Vec::with_capacity(record.steps.len());
    for step in &record.steps {
        states.push(step.state()?);
    }
    let all: Vec<String> = record.dists.iter().map(Told::to_string).collect();
    if states.iter().all(|state| *state == State::NotDone) {
        return Ok(Recovered::Undone(all));
    }
    let is_foreign = |dist: usize| {
        record.steps.iter().zip(&states).any(|(step, state)| step.dist == dist && *state == State::Foreign)
    };
    let foreign: Vec<bool> = (0..record.dists.len()).map(is_foreign).collect();
    for (step, state) in record.steps.iter().zip(&states) {
        if *state == State::NotDone && !foreign.get(step.dist).copied().unwrap_or_default() {
            faults::point("recover.step")?;
            make_room(step)?;
            step.perform()?;
        }
    }
    for step in &record.steps {
        give_back(record, step)?;
    }
    for directory in &record.prune {
        let _ = fs::remove_dir(&directory.0);
    }
    let (foreign, finished): (Vec<_>, Vec<_>) = all.into_iter().zip(foreign).partition(|(_, foreign)| *foreign);
    let names = |some: Vec<(String, bool)>| some.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    Ok(if foreign.is_empty() {
        Recovered::Finished(names(finished))
    } else {
        Recovered::Partly { finished: names(finished), foreign: names(foreign) }
    })
}

/// The slot of what goes out may have been removed by hand.
fn make_room(step: &Step) -> io::Result<()> {
    match (step.kind, step.beside.parent()) {
        (Kind::Out, Some(parent)) => fs::create_dir_all(parent),
        _ => Ok(()),
    }
}

/// What users wrote into a directory that went out gets its path back.
fn give_back(record: &Record, step: &Step) -> io::Result<()> {
    let Some(beside) = step.outgoing_place().filter(|path| path.is_dir() && !path.is_symlink()) else { return Ok(()) };
    if Object::at(beside)? != step.outgoing || step.live.extension().is_some_and(|kind| kind == "dist-info") {
        return Ok(());
    }
    let mut node = Node::default();
    for dist_info in dist_infos(record) {
        known(&dist_info, &step.live, &mut node)?;
    }
    let whole = Whole {
        path: PathBuf::new(),
        live: step.live.clone(),
        beside: beside.to_path_buf(),
        strangers: Vec::new(),
        directories: Vec::new(),
    };
    if step.live.is_dir() || step.kind == Kind::Out {
        settle::look_through(&whole, &node)?;
    }
    Ok(())
}

/// Where the dist-infos of a record are by now, and where they are when live.
fn dist_infos(record: &Record) -> Vec<(PathBuf, PathBuf)> {
    let is_info = |step: &&Step| step.live.extension().is_some_and(|kind| kind == "dist-info");
    let places = |step: &Step| [(step.live.clone(), step.live.clone()), (step.beside.clone(), step.live.clone())];
    record.steps.iter().filter(is_info).flat_map(places).collect()
}

/// Adds what a RECORD names below a live directory.
fn known((dist_info, live): &(PathBuf, PathBuf), directory: &Path, node: &mut Node) -> io::Result<()> {
    let record = match fs::File::open(dist_info.join("RECORD")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        record => record?,
    };
    let Some(root) = live.parent() else { return Ok(()) };
    for row in read_record_into_iter(record).flatten() {
        if let Ok(path) = plain(&root.join(&row.path)).strip_prefix(directory) {
            node.lose(path, 0);
        }
    }
    Ok(())
}

fn keep_aside(store: &Store, why: &str) -> io::Result<PathBuf> {
    for count in 1.. {
        let kept = store.root.join(format!("journal.{why}-{count}"));
        match crate::sys::move_to(&store.journal(), &kept) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            moved => return moved.map(|()| kept),
        }
    }
    unreachable!("some name is free")
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => write!(f, "{} {from} -> {to}", self.name),
            (None, Some(to)) => write!(f, "{} {to}", self.name),
            (Some(from), None) => write!(f, "{} {from} (removal)", self.name),
            (None, None) => f.write_str(&self.name),
        }
    }
}
