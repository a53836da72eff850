//! Finishing or undoing what a dead process left. The lock is held: no living one is at work here.
//!
//! Each step's state is read from the disk. None done: the record is dropped. Some done: the others are done too, in
//! their order, and all of that again if this process dies as well; where the filesystem refuses that, what was done is
//! undone. Where somebody else changed a distribution in between, nothing of it is touched but what was to go, or
//! had come, and is named by no RECORD any more. A record that can't be read, or is of another place, is kept aside.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use uv_normalize::PackageName;

use super::arrange::{self, Whole};
use super::journal::{self, Found, Journal, Record, Told};
use super::layout::plain;
use super::node::Node;
use super::object::{self, Object};
use super::place::Place;
use super::step::{Kind, State, Step};
use super::{bytecode, faults, kept, record, settle, stages};
use crate::sys;

/// What was found and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recovered {
    Undone(Vec<String>),
    Finished(Vec<String>),
    /// Finished; these somebody else has changed since.
    Overtaken {
        finished: Vec<String>,
        foreign: Vec<String>,
    },
    /// Finished as far as nobody else had changed it; of these somebody had, and something was left to do.
    Partly {
        finished: Vec<String>,
        foreign: Vec<String>,
    },
    /// Kept aside under this path.
    Unreadable {
        kept: PathBuf,
        why: String,
    },
    ElsewhereKept(PathBuf),
}

/// Recovers a place, if there is anything to recover.
pub(crate) fn recover(place: &Place) -> io::Result<Option<Recovered>> {
    let journal = place.store.journal();
    let record = match journal::read(&journal)? {
        Found::Nothing => return Ok(None),
        Found::Unreadable(why) => {
            return keep_aside(&journal, "unreadable").map(|kept| Some(Recovered::Unreadable { kept, why }));
        }
        Found::Armed(record) => record,
    };
    if record.base != place.store.base || record.base_object != place.base_object()? {
        return keep_aside(&journal, "of-another-place").map(|kept| Some(Recovered::ElsewhereKept(kept)));
    }
    if !is_of(place, &record) {
        let why = "it names paths that are not this environment's".to_owned();
        return keep_aside(&journal, "unreadable").map(|kept| Some(Recovered::Unreadable { kept, why }));
    }
    faults::point("recover.begin")?;
    let recovered = finish(place, &record)?;
    let entry = record.entry.as_ref().filter(|_| !matches!(recovered, Recovered::Undone(_)));
    if let Some(entry) = entry {
        faults::point("recover.history")?;
        place.write_recovered(entry);
    }
    faults::point("recover.drop")?;
    Journal::open(&journal)?.drop_record()?;
    faults::point("recover.clean")?;
    // Not before: the record's steps are known by where things are.
    if let Some(entry) = entry {
        place.adopt_all(entry);
    }
    stages::remove(&record.stage);
    place.store.leave();
    Ok(Some(recovered))
}

/// Whether all of a record lies where a Transaction of this place may write.
fn is_of(place: &Place, record: &Record) -> bool {
    let ground = place.ground();
    let is_plain = |path: &Path| plain(path) == path;
    let is_live = |path: &Path| is_plain(path) && ground.holds(path);
    let is_beside = |path: &Path| {
        is_plain(path) && (path.starts_with(place.store.stages()) || path.starts_with(place.store.shelf()))
    };
    let is_sound = |step: &Step| is_live(&step.live) && is_beside(&step.beside) && step.dist < record.dists.len();
    record.stage.parent() == Some(&place.store.stages())
        && is_plain(&record.stage)
        && record.steps.iter().all(is_sound)
        && record.prune.iter().chain(&record.bytecode).all(|path| is_live(&path.0))
}

fn finish(place: &Place, record: &Record) -> io::Result<Recovered> {
    let mut states = Vec::with_capacity(record.steps.len());
    for step in &record.steps {
        states.push(step.state()?);
    }
    let all: Vec<String> = record.dists.iter().map(Told::to_string).collect();
    if states.iter().all(|state| *state == State::NotDone) {
        return Ok(Recovered::Undone(all));
    }
    let mut foreign = others(place, record);
    for (step, state) in record.steps.iter().zip(&states) {
        foreign[step.dist] |= *state == State::Foreign;
    }
    let mut done: Vec<&Step> = Vec::new();
    for (step, state) in record.steps.iter().zip(&states) {
        if foreign[step.dist] {
            continue;
        }
        if *state == State::NotDone {
            faults::point("recover.step")?;
            match make_room(step).and_then(|()| step.perform()) {
                Ok(()) => {}
                Err(error) if is_refused(&error) => return undo(&done, &foreign).map(|()| Recovered::Undone(all)),
                // Somebody was here since it was looked at, or is in the way.
                Err(error) if is_foreign(&error) => {
                    foreign[step.dist] = true;
                    continue;
                }
                Err(error) => return Err(error),
            }
        }
        done.push(step);
    }
    for step in &record.steps {
        if foreign[step.dist] {
            take_out(record, step)?;
        } else if give_back(record, step).is_err() {
            // Never removed: it may be a user's, and there is something in its way.
            kept::aside(place, &step.beside);
        }
    }
    bytecode::remove(&record.bytecode.iter().map(|module| module.0.clone()).collect::<Vec<_>>());
    for directory in &record.prune {
        let _ = fs::remove_dir(&directory.0);
    }
    // Where all was done when another tool came, nothing is left to do.
    let is_left = record.steps.iter().zip(&states).any(|(step, state)| foreign[step.dist] && *state == State::NotDone);
    let (foreign, finished): (Vec<_>, Vec<_>) = all.into_iter().zip(foreign).partition(|(_, foreign)| *foreign);
    let names = |some: Vec<(String, bool)>| some.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let (finished, foreign) = (names(finished), names(foreign));
    Ok(match (foreign.is_empty(), is_left) {
        (true, _) => Recovered::Finished(finished),
        (false, false) => Recovered::Overtaken { finished, foreign },
        (false, true) => Recovered::Partly { finished, foreign },
    })
}

/// Of which names there is by now a distribution, by a path that the record knows nothing of.
fn others(place: &Place, record: &Record) -> Vec<bool> {
    let is_known = |path: &PathBuf| record.steps.iter().any(|step| step.live.starts_with(path));
    let ground = place.ground();
    let there = ground.roots().into_iter().flat_map(stages::entries).filter(|path| !is_known(path));
    let name = |path: PathBuf| {
        let stem = path.file_name()?.to_str()?.strip_suffix(".dist-info")?;
        PackageName::from_str(stem.split_once('-')?.0).ok()
    };
    let names: Vec<PackageName> = there.filter_map(name).collect();
    record.dists.iter().map(|told| names.iter().any(|name| name.as_ref() == told.name)).collect()
}

/// A filesystem that would not do it before won't now.
fn is_refused(error: &io::Error) -> bool {
    sys::is_another_filesystem(error) || sys::is_unsupported(error) || error.kind() == io::ErrorKind::ResourceBusy
}

fn is_foreign(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory, NotFound};

    matches!(error.kind(), AlreadyExists | NotFound | NotADirectory | DirectoryNotEmpty)
}

/// Back to how all was, last step first.
fn undo(done: &[&Step], foreign: &[bool]) -> io::Result<()> {
    for step in done.iter().rev().filter(|step| !foreign[step.dist]) {
        faults::point("recover.undo")?;
        step.undo()?;
    }
    Ok(())
}

/// The slot of what goes out may have been removed by hand.
fn make_room(step: &Step) -> io::Result<()> {
    match (step.kind, step.beside.parent()) {
        (Kind::Out, Some(parent)) => fs::create_dir_all(parent),
        _ => Ok(()),
    }
}

/// Of a distribution that somebody else changed: what was to go and is there still goes, if nothing names it any more;
/// so does what had come before its dist-info did, which nobody else knew of.
fn take_out(record: &Record, step: &Step) -> io::Result<()> {
    let is_left = match step.kind {
        Kind::Out => step.state()? == State::NotDone,
        Kind::In => Object::at(&step.live)? == step.incoming,
        Kind::Exchange => false,
    };
    if step.is_dist_info() || !is_left {
        return Ok(());
    }
    let mut files = vec![step.live.clone()];
    if step.live.is_dir() {
        // What the one that goes or came has in it; the rest is users', or the other tool's.
        files = dist_infos(record).iter().flat_map(|info| named_below(info, &step.live)).collect();
    }
    for file in files {
        if !is_named(record, &file)? && fs::symlink_metadata(&file).is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(&file)?;
            let above = file.ancestors().skip(1).take_while(|above| above.starts_with(&step.live));
            above.for_each(|directory| drop(fs::remove_dir(directory)));
        }
    }
    Ok(())
}

/// Whether a RECORD beside one of the record's dist-infos names a path.
fn is_named(record: &Record, path: &Path) -> io::Result<bool> {
    let mut roots: Vec<&Path> =
        record.steps.iter().filter(|one| one.is_dist_info()).filter_map(|one| one.live.parent()).collect();
    roots.sort_unstable();
    roots.dedup();
    super::strangers::is_of_another(&[path.to_path_buf()], &roots, &[])
}

/// What users wrote into a directory that went out gets its path back.
fn give_back(record: &Record, step: &Step) -> io::Result<()> {
    let Some(beside) = step.outgoing_place().filter(|path| path.is_dir() && !path.is_symlink()) else { return Ok(()) };
    if Object::at(beside)? != step.outgoing || step.is_dist_info() {
        return Ok(());
    }
    let mut node = Node::default();
    for dist_info in dist_infos(record) {
        for path in named_below(&dist_info, &step.live) {
            node.lose(path.strip_prefix(&step.live).unwrap_or(&path), 0);
        }
    }
    if is_untold(record, step) {
        lose_older(beside, &record.stage, &mut node)?;
    }
    let whole = Whole {
        path: PathBuf::new(),
        live: step.live.clone(),
        beside: beside.to_path_buf(),
        gone: beside.to_path_buf(),
        strangers: Vec::new(),
        directories: Vec::new(),
        is_apart: false,
    };
    settle::look_through(&whole, &node).map(drop)
}

/// Whether nothing tells any more which files went out: another tool had begun to remove them, RECORD and all.
fn is_untold(record: &Record, step: &Step) -> bool {
    let mut gone = record.steps.iter().filter(|one| one.dist == step.dist && one.is_dist_info());
    !gone.any(|one| one.outgoing_place().is_some_and(|info| info.join("RECORD").is_file()))
}

/// What nobody touched since the stage was made goes too: users' files of then were carried along, and have their paths.
fn lose_older(beside: &Path, stage: &Path, node: &mut Node) -> io::Result<()> {
    let Some(made) = object::stat(stage)?.map(|stage| stage.born) else { return Ok(()) };
    arrange::each_file(beside, Path::new(""), &mut |path| {
        if matches!(object::stat(&beside.join(path)), Ok(Some(file)) if file.changed < made) {
            node.lose(path, 0);
        }
    })
}

/// Where the dist-infos of a record are by now, and where they are when live.
fn dist_infos(record: &Record) -> Vec<(PathBuf, PathBuf)> {
    let places = |step: &Step| [(step.live.clone(), step.live.clone()), (step.beside.clone(), step.live.clone())];
    record.steps.iter().filter(|step| step.is_dist_info()).flat_map(places).collect()
}

/// What the RECORD of a dist-info names below a live directory.
fn named_below((dist_info, live): &(PathBuf, PathBuf), directory: &Path) -> Vec<PathBuf> {
    let rows = live.parent().and_then(|root| record::rows(dist_info, root).ok());
    rows.into_iter().flatten().map(|(path, _)| path).filter(|path| path.starts_with(directory)).collect()
}

fn keep_aside(journal: &Path, why: &str) -> io::Result<PathBuf> {
    let name = |count| journal.with_file_name(format!("journal.{why}-{count}"));
    kept::free(name, |kept| sys::move_to(journal, kept))
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
