use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::sys;

/// Where the last event of a file is looked for.
const TAIL: u64 = 64 << 10;

/// By its name.
pub(super) fn is_chrome(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("json"))
}

/// Adds lines to a file, which is made if it is not there.
///
/// It is open no longer than that, since a host may close what it does not know, and locked meanwhile: any number of
/// processes write to it. `WouldBlock` where another one has it for longer than `patience`.
pub(super) fn append(path: &Path, lines: &[String], patience: Duration) -> io::Result<()> {
    // Without waiting, should it be a pipe.
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut file = Locked::new(file, patience)?;
    if is_chrome(path) { file.append_events(lines) } else { file.append_lines(lines) }
}

/// A file that no other process writes to meanwhile.
struct Locked(File);

impl Locked {
    fn new(file: File, patience: Duration) -> io::Result<Self> {
        let end = Instant::now() + patience;
        // A forked child's copy would keep the lock.
        sys::close_in_children(file.as_raw_fd());
        let file = Self(file);
        loop {
            match file.0.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if Instant::now() < end => thread::sleep(Duration::from_millis(1)),
                Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
                // A filesystem without locks: what is written at once stays together mostly.
                Err(TryLockError::Error(_)) => return Ok(file),
            }
        }
    }

    fn append_lines(&mut self, lines: &[String]) -> io::Result<()> {
        self.0.seek(SeekFrom::End(0))?;
        self.0.write_all(lines.concat().as_bytes())
    }

    /// A list of events, one a line, which is whole after each write: what comes takes the place of the last bracket.
    fn append_events(&mut self, events: &[String]) -> io::Result<()> {
        let length = self.0.metadata()?.len();
        if length > 0 && events.is_empty() {
            return self.end_of_last(length).map(drop);
        }
        let (at, before) = match self.end_of_last(length)? {
            Some(at) => (at, ",\n"),
            None => (0, "[\n"),
        };
        let text = format!("{before}{}\n]\n", events.join(",\n"));
        self.0.write_all_at(text.as_bytes(), at)?;
        let end = at + text.len() as u64;
        if end < length { self.0.set_len(end) } else { Ok(()) }
    }

    /// Where the last whole event ends; a process that was killed may have left a part of one after it.
    fn end_of_last(&mut self, length: u64) -> io::Result<Option<u64>> {
        let mut first = [0];
        if length > 0 && (self.0.read_at(&mut first, 0)? != 1 || first != *b"[") {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "there is something in it that is no trace"));
        }
        let from = length.saturating_sub(TAIL);
        let mut tail = Vec::new();
        self.0.seek(SeekFrom::Start(from))?;
        (&self.0).take(TAIL).read_to_end(&mut tail)?;
        let ends = |at: &usize| tail[*at] == b'\n' && (tail[..*at].ends_with(b"}") || tail[..*at].ends_with(b"},"));
        let found = (0..tail.len()).rev().find(ends);
        let is_ours = found.is_some()
            || tail.iter().all(|byte| b"[] \n".contains(byte))
            || from == 0 && tail.starts_with(b"[\n{");
        if !is_ours {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "there is something in it that is no trace"));
        }
        Ok(found.map(|at| from + (at - usize::from(tail[..at].ends_with(b","))) as u64))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Closing alone would not do: see the environment's lock.
        let _ = self.0.unlock();
        sys::keep_in_children(self.0.as_raw_fd());
    }
}
