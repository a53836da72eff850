//! renameat2(2), which alone exchanges two names or refuses to replace one.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::SystemTime;

/// Exchanges what two paths lead to, in one step: neither is ever without something.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    rename(one, other, libc::RENAME_EXCHANGE)
}

/// Gives an object another path, where there must be nothing.
pub(crate) fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    match rename(from, to, libc::RENAME_NOREPLACE) {
        // A filesystem that can't refuse: looked at instead, which all who hold the lock may rely on.
        Err(error) if is_unsupported(&error) => match to.symlink_metadata() {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::fs::rename(from, to),
            Err(error) => Err(error),
        },
        done => done,
    }
}

/// Whether the filesystem knows no such way of renaming.
pub(crate) fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOSYS | libc::EOPNOTSUPP))
}

/// Whether it won't rename this object: it lies on another filesystem, or in a lower layer of this one.
pub(crate) fn is_another_filesystem(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EXDEV)
}

/// A further name for a file or a link itself, where there must be nothing.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (c(from)?, c(to)?);
    // SAFETY: two C strings; without AT_SYMLINK_FOLLOW a link is linked itself.
    succeeded(unsafe { libc::linkat(libc::AT_FDCWD, from.as_ptr(), libc::AT_FDCWD, to.as_ptr(), 0) })
}

/// Sets when a directory was modified.
pub(crate) fn touch(path: &Path, at: SystemTime) -> io::Result<()> {
    std::fs::File::open(path)?.set_modified(at)
}

/// Writes all that is buffered of the filesystem that holds a directory.
pub(crate) fn sync_filesystem(directory: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let file = std::fs::File::open(directory)?;
    // SAFETY: an open descriptor.
    succeeded(unsafe { libc::syncfs(file.as_raw_fd()) })
}

fn rename(from: &Path, to: &Path, flags: libc::c_uint) -> io::Result<()> {
    let (from, to) = (c(from)?, c(to)?);
    // SAFETY: two C strings.
    succeeded(unsafe { libc::renameat2(libc::AT_FDCWD, from.as_ptr(), libc::AT_FDCWD, to.as_ptr(), flags) })
}

fn succeeded(status: libc::c_int) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn c(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// Reserves room for a file from its begin on, so that later writing there can't fail for want of it.
pub(crate) fn reserve(number: i32, room: u64) -> io::Result<()> {
    let room = libc::off_t::try_from(room).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    // SAFETY: numbers only.
    match unsafe { libc::posix_fallocate(number, 0, room) } {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}
