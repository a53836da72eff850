//! The record on disk by which a Transaction that was interrupted is finished or undone.
//!
//! One file, its room reserved before: a head of 32 bytes and the record as JSON. The record is written first and the
//! head after it, so that a head says: the record is whole, and renames may have begun. A head of zeroes: none has.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::history::Pending;
use super::object::Object;
use super::step::Step;
use super::{faults, path_text};
use crate::sys;

const MAGIC: [u8; 8] = *b"uvffi-j1";
const HEAD: u64 = 32;
/// Room for a Transaction of some dozen packages.
const ROOM: u64 = 64 * 1024;
/// More than one of thousands of packages needs: what says to be longer is none of ours.
const MOST: u64 = 256 * 1024 * 1024;

/// What a Transaction is about to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The directory it is about, and which object that is: a copied environment has another.
    #[serde(with = "path_text")]
    pub(crate) base: PathBuf,
    pub(crate) base_object: Option<Object>,
    pub(crate) steps: Vec<Step>,
    /// Directories that go if they are empty afterwards, the deepest first.
    pub(crate) prune: Vec<Listed>,
    pub(crate) dists: Vec<Told>,
    /// Modules whose bytecode goes.
    pub(crate) bytecode: Vec<Listed>,
    /// What is to be written into the history.
    pub(crate) entry: Option<Pending>,
    /// The directory beside the live tree that is this Transaction's alone.
    #[serde(with = "path_text")]
    pub(crate) stage: PathBuf,
}

/// A path in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Listed(#[serde(with = "path_text")] pub(crate) PathBuf);

/// A distribution of a Transaction, for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// What a journal file says.
#[derive(Debug)]
pub(crate) enum Found {
    /// No Transaction was under way.
    Nothing,
    Armed(Box<Record>),
    /// A head without a record that fits it.
    Unreadable(String),
}

/// The journal of one place, open for writing.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    room: u64,
}

impl Journal {
    /// Opens it with room reserved, so that a full disk is met before the first rename.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        faults::point("journal.open")?;
        let mut options = OpenOptions::new();
        let file = opened(options.write(true).create(true).truncate(false).mode(0o600), path)?;
        let room = file.metadata()?.len();
        let mut journal = Self { file, room };
        if room < ROOM {
            journal.reserve(ROOM)?;
        }
        Ok(journal)
    }

    /// Opens one that is there, has its room, and says nothing.
    pub(crate) fn at_rest(path: &Path) -> io::Result<Option<Self>> {
        faults::point("journal.open")?;
        let file = opened(OpenOptions::new().write(true), path)?;
        let mut head = [1; HEAD as usize];
        let is_empty = file.read_exact_at(&mut head, 0).is_ok() && head == [0; HEAD as usize];
        let room = file.metadata()?.len();
        Ok((is_empty && room >= ROOM).then_some(Self { file, room }))
    }

    fn reserve(&mut self, room: u64) -> io::Result<()> {
        match sys::reserve(self.file.as_raw_fd(), room) {
            // A filesystem that can't reserve is written to.
            Err(error) if sys::is_unsupported(&error) => {
                let missing = usize::try_from(room.saturating_sub(self.room)).unwrap_or_default();
                self.file.write_all_at(&vec![0; missing], self.room)?;
            }
            reserved => reserved?,
        }
        self.room = room;
        Ok(())
    }

    /// Writes the record, and then the head that makes it count.
    #[tracing::instrument(name = "journal", level = "debug", skip_all)]
    pub(crate) fn arm(&mut self, record: &Record, durable: bool) -> io::Result<()> {
        let body = serde_json::to_vec(record)?;
        let needed = HEAD + body.len() as u64;
        if needed > self.room {
            self.reserve(needed)?;
        }
        faults::point("journal.body")?;
        self.file.write_all_at(&body, HEAD)?;
        let mut head = [0; HEAD as usize];
        head[..8].copy_from_slice(&MAGIC);
        head[8..16].copy_from_slice(&(body.len() as u64).to_le_bytes());
        head[16..20].copy_from_slice(&crc32fast::hash(&body).to_le_bytes());
        if durable {
            self.file.sync_data()?;
        }
        faults::point("journal.arm")?;
        self.file.write_all_at(&head, 0)?;
        if durable {
            self.file.sync_data()?;
        }
        faults::point("journal.armed")
    }

    /// Says that no Transaction is under way.
    pub(crate) fn drop_record(&self) -> io::Result<()> {
        self.file.write_all_at(&[0; HEAD as usize], 0)
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Opens it. The directory is ours, but somebody may have put a link there, or what would only keep us waiting.
fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let file = options.read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, format!("`{}` is no file", path.display())))
}

/// Whether it could not be opened as it is no file at all.
fn is_no_file(error: &io::Error) -> bool {
    let codes = [libc::ELOOP, libc::ENXIO, libc::EISDIR].map(Some);
    error.kind() == io::ErrorKind::InvalidData || codes.contains(&error.raw_os_error())
}

/// Whether the journal at a path says anything.
pub(crate) fn is_armed(path: &Path) -> io::Result<bool> {
    let mut head = [0; HEAD as usize];
    match opened(&mut OpenOptions::new(), path).and_then(|file| file.read_exact_at(&mut head, 0)) {
        Ok(()) => Ok(head != [0; HEAD as usize]),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the journal at a path; none is as good as one that says nothing.
pub(crate) fn read(path: &Path) -> io::Result<Found> {
    let file = match opened(&mut OpenOptions::new(), path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) if is_no_file(&error) => return Ok(Found::Unreadable("it is no file".to_owned())),
        Err(error) => return Err(error),
    };
    let mut head = [0; HEAD as usize];
    match file.read_exact_at(&mut head, 0) {
        Ok(()) => {}
        // Not even its room was reserved.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    }
    if head == [0; HEAD as usize] {
        return Ok(Found::Nothing);
    }
    if head[..8] != MAGIC {
        return Ok(Found::Unreadable("it is of another kind or version".to_owned()));
    }
    let length = u64::from_le_bytes(head[8..16].try_into().unwrap_or_default());
    let sum = u32::from_le_bytes(head[16..20].try_into().unwrap_or_default());
    if length > MOST {
        return Ok(Found::Unreadable(format!("it says to have {length} bytes")));
    }
    if length + HEAD > file.metadata()?.len() {
        return Ok(Found::Unreadable("it is cut off".to_owned()));
    }
    let mut body = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact_at(&mut body, HEAD)?;
    if crc32fast::hash(&body) != sum {
        return Ok(Found::Unreadable("its checksum does not fit".to_owned()));
    }
    Ok(match serde_json::from_slice(&body) {
        Ok(record) => Found::Armed(Box::new(record)),
        Err(error) => Found::Unreadable(format!("its record can't be read: {error}")),
    })
}
