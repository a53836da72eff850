use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::sys::{self, Stat};

/// Which object something on disk is, changed or not. Its inode number alone won't do: the next object may get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Object {
    dev: (u32, u32),
    ino: u64,
    born: (i64, u32),
    kind: u16,
}

impl Object {
    /// What is at a path itself, a link not followed; `None` where that is nothing.
    pub(crate) fn at(path: &Path) -> io::Result<Option<Self>> {
        Ok(stat(path)?.as_ref().map(Self::of))
    }

    pub(crate) fn of(stat: &Stat) -> Self {
        // On an overlay a file that is copied up keeps its number, and is born anew.
        let born = if layered::is_layered(stat.dev) { (0, 0) } else { stat.born };
        Self { dev: stat.dev, ino: stat.ino, born, kind: stat.mode & (libc::S_IFMT as u16) }
    }

    pub(crate) fn is_directory(&self) -> bool {
        u32::from(self.kind) == libc::S_IFDIR
    }

    /// As a part of a file name: no two objects of one filesystem have it in common.
    pub(crate) fn name(&self) -> String {
        format!("{:x}-{:x}-{:x}", self.ino, self.born.0, self.born.1)
    }
}

/// Which filesystems are overlays.
pub(crate) mod layered {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::sync::{PoisonError, RwLock};

    use crate::sys;

    const OVERLAY: i64 = 0x794c_7630;

    static LAYERED: RwLock<Vec<((u32, u32), bool)>> = RwLock::new(Vec::new());

    /// Has it known of the filesystem that holds a path.
    pub(crate) fn learn(path: &Path) {
        let Ok(Some(stat)) = super::stat(path) else { return };
        if LAYERED.read().unwrap_or_else(PoisonError::into_inner).iter().any(|(dev, _)| *dev == stat.dev) {
            return;
        }
        let magic = CString::new(path.as_os_str().as_bytes()).ok().and_then(|path| sys::filesystem(&path).ok());
        LAYERED.write().unwrap_or_else(PoisonError::into_inner).push((stat.dev, magic == Some(OVERLAY)));
    }

    /// Whether a path lies on one.
    pub(crate) fn is_layered_at(path: &Path) -> bool {
        learn(path);
        super::stat(path).is_ok_and(|stat| stat.is_some_and(|stat| is_layered(stat.dev)))
    }

    pub(crate) fn is_layered(dev: (u32, u32)) -> bool {
        LAYERED.read().unwrap_or_else(PoisonError::into_inner).iter().any(|(known, layered)| *known == dev && *layered)
    }
}

/// What is at a path itself; `None` where that is nothing.
pub(crate) fn stat(path: &Path) -> io::Result<Option<Stat>> {
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    match sys::stat(&path, false) {
        Ok(stat) => Ok(Some(stat)),
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether something is mounted at a path itself.
pub(crate) fn is_mount(path: &Path) -> bool {
    let mount = |path: &Path| stat(path).ok().flatten().map(|stat| stat.mount);
    path.parent().is_some_and(|parent| mount(path).is_some_and(|own| Some(own) != mount(parent)))
}

/// What kind of thing is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Absent,
    Directory,
    Link,
    /// A file, or anything else that is no directory.
    File,
}

impl Kind {
    pub(crate) fn of(stat: Option<&Stat>) -> Self {
        match stat.map(|stat| u32::from(stat.mode) & libc::S_IFMT) {
            None => Self::Absent,
            Some(libc::S_IFDIR) => Self::Directory,
            Some(libc::S_IFLNK) => Self::Link,
            Some(_) => Self::File,
        }
    }
}
