//! What was changed, and how to go back: one line of JSON for each Transaction. It is advisory: where it can't be
//! written, the change stands all the same.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::object::Object;
use super::store::Store;
use super::wheel::Wheel;
use super::{faults, now, path_text};

/// So many bytes, and the older half goes.
const MOST: u64 = 4 << 20;

/// A change that is about to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) request: String,
    /// As the answer tells them.
    pub(crate) changes: Value,
    pub(crate) moves: Vec<Move>,
}

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) generation: u64,
    /// Seconds since 1970.
    pub(crate) at: f64,
    pub(crate) request: String,
    /// As the answer told them.
    pub(crate) changes: Value,
    pub(crate) moves: Vec<Move>,
}

/// What happened to one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) name: String,
    pub(crate) from: Option<Side>,
    pub(crate) to: Option<Side>,
}

/// A distribution that was there, or is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Side {
    pub(crate) version: String,
    /// Its dist-info, by the path below the base.
    #[serde(with = "path_text")]
    pub(crate) dist_info: PathBuf,
    /// Which object that is.
    pub(crate) object: Option<Object>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wheel: Option<Box<Wheel>>,
}

/// The history of one place, as far as it was read.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Which file it is, and its size, when its last generation was known.
    inode: u64,
    size: u64,
    last: u64,
    /// All of it, if it was asked for at this size.
    entries: Option<Arc<Vec<Entry>>>,
}

impl History {
    /// The number of the last change.
    pub(crate) fn generation(&mut self, store: &Store) -> u64 {
        self.look(store).map_or(0, |()| self.last)
    }

    /// All that is written down, the oldest first.
    pub(crate) fn entries(&mut self, store: &Store) -> io::Result<Arc<Vec<Entry>>> {
        self.look(store)?;
        match &self.entries {
            Some(entries) => Ok(entries.clone()),
            None => Ok(self.entries.insert(Arc::new(read(store)?)).clone()),
        }
    }

    /// Writes a change down; gives back its number. The lock is held.
    pub(crate) fn add(&mut self, store: &Store, pending: Pending) -> io::Result<u64> {
        faults::point("history.add")?;
        self.look(store)?;
        let generation = self.last + 1;
        let Pending { request, changes, moves } = pending;
        let entry = Entry { generation, at: now().as_secs_f64(), request, changes, moves };
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        if self.size + line.len() as u64 > MOST {
            self.halve(store)?;
        }
        // Opened each time: a descriptor that is kept may be the host's by the next.
        let mut file = open(store)?;
        // In one write: a reader sees all of it or nothing. What a full disk cut off is passed over later.
        file.write_all(&line)?;
        if let Some(entries) = &mut self.entries {
            Arc::make_mut(entries).push(entry);
        }
        if self.inode == 0 {
            self.inode = file.metadata()?.ino();
        }
        (self.size, self.last) = (self.size + line.len() as u64, generation);
        Ok(generation)
    }

    /// Sees what others wrote; forgets a file that is no longer the one at its path.
    fn look(&mut self, store: &Store) -> io::Result<()> {
        let there = match std::fs::metadata(store.history()) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                *self = Self::default();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if (there.ino(), there.len()) == (self.inode, self.size) {
            return Ok(());
        }
        self.entries = None;
        self.last = last(&mut File::open(store.history())?)?;
        (self.inode, self.size) = (there.ino(), there.len());
        // A line that was cut off must not swallow the next one.
        if !ends_with_a_line(&store.history())? {
            open(store)?.write_all(b"\n")?;
            self.size += 1;
        }
        Ok(())
    }

    fn halve(&mut self, store: &Store) -> io::Result<()> {
        let entries = read(store)?;
        let beside = store.history().with_extension("new");
        let mut text = Vec::new();
        for entry in &entries[entries.len() / 2..] {
            serde_json::to_writer(&mut text, entry)?;
            text.push(b'\n');
        }
        std::fs::write(&beside, &text)?;
        std::fs::rename(beside, store.history())?;
        *self = Self { last: self.last, ..Self::default() };
        self.size = text.len() as u64;
        Ok(())
    }
}

fn open(store: &Store) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(store.history())
}

/// All that is written down, the oldest first; lines that can't be read are passed over.
pub(crate) fn read(store: &Store) -> io::Result<Vec<Entry>> {
    let text = match std::fs::read(store.history()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    Ok(text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

fn ends_with_a_line(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut end = [0];
    file.read_exact(&mut end)?;
    Ok(end == *b"\n")
}

/// The last generation in a file: looked for from its end.
fn last(file: &mut File) -> io::Result<u64> {
    #[derive(Deserialize)]
    struct Number {
        generation: u64,
    }

    let size = file.seek(SeekFrom::End(0))?;
    let mut part = 64 * 1024;
    loop {
        let from = size.saturating_sub(part);
        file.seek(SeekFrom::Start(from))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let numbers = text.split(|byte| *byte == b'\n').rev();
        if let Some(number) = numbers.filter_map(|line| serde_json::from_slice::<Number>(line).ok()).next() {
            return Ok(number.generation);
        }
        if from == 0 {
            return Ok(0);
        }
        part *= 8;
    }
}

/// Whether changes are written down: not with `UVFFI_HISTORY=0`, and only where the directory beside stays.
pub(crate) fn is_on(store: &Store) -> bool {
    store.stays && std::env::var_os("UVFFI_HISTORY").is_none_or(|value| value != "0")
}
