//! The commit: a Plan's renames, from one generation to the next.
//!
//! Everything that can fail for want of something was done before: trees staged, slots made, the journal's room
//! reserved. The lock is held, so that whoever finds our journal armed knows that we are dead. A kill between any two
//! lines leaves what the next call makes whole:
//!
//! 1. Users' files get a second name in the trees that come in. Killed here: the stage goes, with those names.
//! 2. The journal's record is written, and then its head. Killed before the head: nothing was renamed. After it, and
//!    before the first rename: each step is found not done, and the record is dropped.
//! 3. The renames, in this order, each one found done or not done by which object is where:
//!    - The new dist-info of a replaced version comes in; the dist-info of what is uninstalled goes out. From here on
//!      nobody takes a half for a whole: two versions of one name are unsatisfied to uv, which removes both, and what
//!      has no dist-info is not installed.
//!    - Directories, files and scripts are exchanged, come in, go out.
//!    - The dist-infos of re-installed versions are exchanged: the version is the same before and after.
//!    - Old dist-infos go out, those of new distributions come in.
//!
//!    Killed in here: some step is found done, so that the rest is done forward, in the same order.
//! 4. What users wrote between (1) and (3) is looked for in the trees that went out, and gets its name back. Killed
//!    before: recovery looks too.
//! 5. Directories that became empty go. Killed before: recovery removes them.
//! 6. The history is written. Killed after: recovery sees that it is.
//! 7. The journal's head is cleared. Killed after: the trees that went out are garbage that the next call removes.
//!
//! A rename that fails is no kill: the steps before it are undone, last first. If that fails too, the journal stays.

use std::fs;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::arrange::{Arrangement, Whole};
use super::history::Pending;
use super::journal::{Journal, Listed, Record, Told};
use super::member::Member;
use super::node::Node;
use super::object::Object;
use super::step::{Kind, Step};
use super::store::Store;
use super::{bytecode, carried, faults, settle};
use crate::sys;

/// Why nothing was changed, or what is left to recovery.
#[derive(Debug)]
pub(crate) enum Failed {
    /// This directory can't be renamed as one: it is of a lower layer, something is mounted in it, or a user's file in
    /// it can't be carried along. All is as before.
    Refused(PathBuf),
    /// This can't be renamed at all; all is as before.
    Unfit(PathBuf),
    /// It knows no exchange; all is as before.
    NoExchange,
    /// All is as before.
    Undone(io::Error),
    /// Undoing failed as well: the journal stays, and the next call tries again.
    Stuck { error: io::Error, undoing: io::Error },
}

/// What is to be committed.
pub(crate) struct Commit<'a> {
    pub(crate) store: &'a Store,
    pub(crate) members: &'a [Member],
    pub(crate) arrangement: &'a Arrangement,
    /// All that comes in and goes out, below the base.
    pub(crate) node: &'a dyn Deref<Target = Node>,
    /// The directory beside the live tree that is this Transaction's alone.
    pub(crate) stage: &'a Path,
    pub(crate) durable: bool,
    /// What is written into the history when it is done, be it by recovery.
    pub(crate) entry: Option<&'a Pending>,
}

/// A commit that is over but for its journal.
#[derive(Debug)]
pub(crate) struct Committed {
    journal: Journal,
    durable: bool,
    /// What users wrote meanwhile, by its path in the trees that went out.
    pub(crate) given_back: Vec<PathBuf>,
    /// Directories that went out with something in them that could not be given back.
    pub(crate) stuck: Vec<PathBuf>,
}

impl Commit<'_> {
    /// Does it. `journal`: where it is open already.
    #[tracing::instrument(name = "commit", level = "debug", skip_all, fields(renames = self.arrangement.steps.len()))]
    pub(crate) fn run(&self, journal: Option<Journal>) -> Result<Committed, Failed> {
        self.carry()?;
        let mut journal = self.prepare(journal).map_err(Failed::Undone)?;
        let record = self.record().map_err(Failed::Undone)?;
        if let Err(error) = journal.arm(&record, self.durable) {
            return Err(self.drop_record(&journal, Failed::Undone(error)));
        }
        for (at, step) in self.arrangement.steps.iter().enumerate() {
            let done = faults::point("step.before").and_then(|()| step.perform());
            if let Err(error) = done {
                return Err(self.undo(&journal, at, error));
            }
            // Too late to fail: what is done is done.
            let _ = faults::point("step.after");
        }
        Ok(self.settle(journal))
    }

    /// Gives users' files their second names.
    fn carry(&self) -> Result<(), Failed> {
        for whole in &self.arrangement.wholes {
            for path in &whole.strangers {
                carried::carry_below(path, &whole.live, &whole.beside).map_err(|error| match error.raw_os_error() {
                    // Another one's file, one with too many names, or one of another filesystem.
                    Some(libc::EPERM | libc::EMLINK | libc::EXDEV) => Failed::Refused(whole.live.clone()),
                    _ => Failed::Undone(error),
                })?;
            }
        }
        Ok(())
    }

    /// All that can fail before anything is written down.
    fn prepare(&self, journal: Option<Journal>) -> io::Result<Journal> {
        for slot in &self.arrangement.slots {
            fs::create_dir_all(slot)?;
        }
        for whole in self.arrangement.wholes.iter().filter(|whole| !whole.is_apart) {
            set_apart(whole)?;
        }
        let journal = journal.map_or_else(|| Journal::open(&self.store.journal()), Ok)?;
        if self.durable {
            sys::sync_filesystem(&self.store.root)?;
        }
        Ok(journal)
    }

    fn record(&self) -> io::Result<Record> {
        let told =
            |member: &Member| Told { name: member.name.clone(), from: member.from.clone(), to: member.to.clone() };
        Ok(Record {
            base: self.store.base.clone(),
            base_object: Object::at(&self.store.base)?,
            steps: self.arrangement.steps.clone(),
            prune: self.arrangement.prune.iter().rev().cloned().map(Listed).collect(),
            dists: self.members.iter().map(told).collect(),
            bytecode: self.arrangement.bytecode.iter().cloned().map(Listed).collect(),
            stage: self.stage.to_path_buf(),
            entry: self.entry.cloned(),
        })
    }

    fn undo(&self, journal: &Journal, failed: usize, error: io::Error) -> Failed {
        // Before it is undone: afterwards a directory may be where a file is now.
        let failure = why(&self.arrangement.steps[failed], error);
        for step in self.arrangement.steps[..failed].iter().rev() {
            if let Err(undoing) = step.undo() {
                return Failed::Stuck { error: failure.into_error(), undoing };
            }
        }
        self.drop_record(journal, failure)
    }

    fn drop_record(&self, journal: &Journal, failed: Failed) -> Failed {
        match (journal.drop_record(), failed) {
            (Err(undoing), failed) => Failed::Stuck { error: failed.into_error(), undoing },
            (Ok(()), failed) => failed,
        }
    }

    fn settle(&self, journal: Journal) -> Committed {
        let (given_back, stuck) = (Vec::new(), Vec::new());
        let mut done = Committed { journal, durable: self.durable, given_back, stuck };
        for whole in &self.arrangement.wholes {
            match settle::give_back(whole, self.node) {
                Ok(given) => done.given_back.extend(given.into_iter().map(|path| whole.gone.join(path))),
                Err(_) => done.stuck.push(whole.gone.clone()),
            }
        }
        bytecode::remove(&self.arrangement.bytecode);
        let _ = faults::point("settle.prune");
        for directory in self.arrangement.prune.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
        if self.durable {
            let _ = sys::sync_filesystem(&self.store.root);
        }
        done
    }
}

impl Committed {
    /// Says that it is over.
    pub(crate) fn close(&self) {
        let _ = faults::point("journal.drop");
        let _ = self.journal.drop_record();
        if self.durable {
            let _ = self.journal.sync();
        }
        let _ = faults::point("journal.dropped");
    }
}

/// What a failed rename says about the filesystem.
fn why(step: &Step, error: io::Error) -> Failed {
    let is_directory = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    // The kernel calls it busy where something is mounted on it.
    let stays = sys::is_another_filesystem(&error) || error.kind() == io::ErrorKind::ResourceBusy;
    if stays && step.outgoing.is_some() && is_directory(&step.live) {
        Failed::Refused(step.live.clone())
    } else if sys::is_another_filesystem(&error) {
        Failed::Unfit(step.live.clone())
    } else if step.kind == Kind::Exchange && sys::is_unsupported(&error) {
        Failed::NoExchange
    } else {
        Failed::Undone(io::Error::new(
            error.kind(),
            format!("`{}` could not be put in its place: {error}", step.live.display()),
        ))
    }
}

impl Failed {
    fn into_error(self) -> io::Error {
        match self {
            Self::Undone(error) | Self::Stuck { error, .. } => error,
            Self::Refused(path) | Self::Unfit(path) => {
                io::Error::other(format!("`{}` can't be renamed", path.display()))
            }
            Self::NoExchange => io::Error::other("the filesystem knows no exchange"),
        }
    }
}

/// Python looks into a directory again when it was modified at another time: old and new must differ in that.
fn set_apart(whole: &Whole) -> io::Result<()> {
    for (path, then) in &whole.directories {
        let beside = whole.beside.join(path);
        let Some(comes) = super::object::stat(&beside)? else { continue };
        if comes.modified == then.modified {
            sys::touch(&beside, super::system_now())?;
        }
    }
    Ok(())
}
