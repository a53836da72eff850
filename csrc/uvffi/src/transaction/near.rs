use std::ffi::{CString, OsStr};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::manifest::Stamp;
use crate::sys::{self, Stat};

/// Looks at directories, each before those in it: what is below one that is open is found in two thirds of the time.
#[derive(Debug)]
pub(super) struct Nested<'p> {
    base: &'p Path,
    /// The last one that was in none of the others, by its path below the base.
    top: Option<(&'p [u8], File)>,
    is_worth_opening: bool,
}

impl<'p> Nested<'p> {
    /// `count`: how many there are.
    pub(super) fn below(base: &'p Path, count: usize) -> Self {
        const FEW: usize = 8;

        Self { base, top: None, is_worth_opening: count > FEW }
    }

    /// What is at a path below the base, a link not followed; `None` where that is nothing.
    pub(super) fn stamp(&mut self, path: &'p Path) -> io::Result<Option<Stamp>> {
        let bytes = path.as_os_str().as_bytes();
        if !self.is_worth_opening {
            return Stamp::at(&self.base.join(path));
        }
        let rest = |top: &[u8]| {
            if top.is_empty() { Some(bytes) } else { bytes.strip_prefix(top)?.strip_prefix(b"/") }
        };
        let told = match &self.top {
            Some((top, open)) if let Some(rest) = rest(top) => {
                CString::new(rest).map_err(io::Error::from).and_then(|rest| sys::stat_in(open.as_raw_fd(), &rest))
            }
            _ => open(&self.base.join(path)).and_then(|open| {
                let told = sys::stat_descriptor(open.as_raw_fd());
                self.top = Some((bytes, open));
                told
            }),
        };
        told_of(told, || self.base.join(path))
    }
}

/// Looks at many files of few directories: by its name alone, in a directory that is open, a file is found in half the
/// time that its whole path takes.
#[derive(Debug)]
pub(super) struct Near<'p> {
    tree: &'p Path,
    /// The directory of the last one, and its path below the tree.
    at: Option<(Vec<u8>, File)>,
}

impl<'p> Near<'p> {
    pub(super) fn to(tree: &'p Path) -> Self {
        Self { tree, at: None }
    }

    /// What is at a path below the tree, a link not followed; `None` where that is nothing.
    pub(super) fn stamp(&mut self, path: &Path) -> io::Result<Option<Stamp>> {
        let bytes = path.as_os_str().as_bytes();
        // Path by path, telling its components apart would take longer than to look.
        let (above, name) = bytes.iter().rposition(|byte| *byte == b'/').map_or((&[][..], bytes), |at| {
            let (above, name) = bytes.split_at(at);
            (above, &name[1..])
        });
        let told = self.directory(above).and_then(|directory| {
            let name = CString::new(name)?;
            sys::stat_in(directory.as_raw_fd(), &name)
        });
        told_of(told, || self.tree.join(path))
    }

    fn directory(&mut self, above: &[u8]) -> io::Result<&File> {
        if self.at.as_ref().is_none_or(|(path, _)| path != above) {
            self.at = Some((above.to_vec(), open(&self.tree.join(OsStr::from_bytes(above)))?));
        }
        self.at.as_ref().map(|(_, open)| open).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn open(directory: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW).open(directory)
}

fn told_of(told: io::Result<Stat>, path: impl FnOnce() -> PathBuf) -> io::Result<Option<Stamp>> {
    match told {
        Ok(stat) => Ok(Some(Stamp::of(&stat))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        // No more descriptors, for one: it is asked for by its path, or fails by it.
        Err(_) => Stamp::at(&path()),
    }
}
