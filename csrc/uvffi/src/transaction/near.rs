use std::ffi::{CString, OsStr};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::manifest::Stamp;
use crate::sys;

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
        match told {
            Ok(stat) => Ok(Some(Stamp::of(&stat))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            // No more descriptors, for one: it is asked for by its path, or fails by it.
            Err(_) => Stamp::at(&self.tree.join(path)),
        }
    }

    fn directory(&mut self, above: &[u8]) -> io::Result<&File> {
        if self.at.as_ref().is_none_or(|(path, _)| path != above) {
            let mut options = OpenOptions::new();
            options.read(true).custom_flags(libc::O_PATH | libc::O_DIRECTORY);
            self.at = Some((above.to_vec(), options.open(self.tree.join(OsStr::from_bytes(above)))?));
        }
        self.at.as_ref().map(|(_, open)| open).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
