use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use uv_cache_key::cache_digest;
use uv_python::Interpreter;
use uv_static::EnvVars;

use crate::sys;

/// uv's lock of one environment, held until dropped.
///
/// It is uv's own file and uv's own `flock`, so both exclude each other. Ours is taken again when the file was
/// replaced while we waited (`uv venv --clear` does that): a lock on an orphan excludes nobody.
///
/// With it goes a lock on the site-packages directory itself, which excludes others of our own that came by another
/// path: `--target`, another temporary directory.
pub(crate) struct EnvironmentLock {
    _file: Held,
    _directory: Option<Held>,
}

/// A file or directory that is locked until this is dropped.
struct Held(File);

impl Held {
    fn try_new(file: File) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => {
                sys::close_in_children(file.as_raw_fd());
                Ok(Some(Self(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing alone would not do: a program started without fork(2)'s handlers may hold a copy, and with it the
        // lock.
        let _ = self.0.unlock();
        sys::keep_in_children(self.0.as_raw_fd());
    }
}

/// Where uv keeps the lock of what it installs into; `place` is the root of `--target` or `--prefix`.
pub(crate) fn lock_path(interpreter: &Interpreter, place: Option<&Path>) -> PathBuf {
    if let Some(place) = place {
        place.join(".lock")
    } else if interpreter.is_virtualenv() {
        interpreter.sys_prefix().join(".lock")
    } else {
        let digest = cache_digest(&interpreter.sys_executable().to_path_buf());
        std::env::temp_dir().join(format!("uv-{digest}.lock"))
    }
}

impl EnvironmentLock {
    /// Takes the lock, waiting as long as uv would: `UV_LOCK_TIMEOUT` seconds, 300 by default.
    pub(crate) async fn acquire(path: &Path, site_packages: &Path) -> io::Result<Self> {
        if let Some(lock) = Self::try_now(path, site_packages)? {
            return Ok(lock);
        }
        let deadline = Instant::now() + timeout();
        // Waiting by steps and not in flock(2): a thread blocked there could not be given up.
        let mut step = Duration::from_millis(1);
        loop {
            tokio::time::sleep(step).await;
            if let Some(lock) = Self::try_now(path, site_packages)? {
                return Ok(lock);
            }
            if Instant::now() >= deadline {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    format!("`{}` is held by another process", path.display()),
                ));
            }
            step = (step * 2).min(Duration::from_millis(20));
        }
    }

    /// Takes it if nobody has it.
    pub(crate) fn try_now(path: &Path, site_packages: &Path) -> io::Result<Option<Self>> {
        Self::try_opened(open, path, site_packages)
    }

    /// The same, where its file is there: whoever removes the environment just now must not meet a new one.
    pub(crate) fn try_there(path: &Path, site_packages: &Path) -> io::Result<Option<Self>> {
        Self::try_opened(open_existing, path, site_packages)
    }

    fn try_opened(
        open: impl Fn(&Path) -> io::Result<File>,
        path: &Path,
        site_packages: &Path,
    ) -> io::Result<Option<Self>> {
        loop {
            let Some(file) = Held::try_new(open(path)?)? else { return Ok(None) };
            let held = file.0.metadata()?;
            match std::fs::metadata(path) {
                Ok(there) if (there.dev(), there.ino()) == (held.dev(), held.ino()) => {
                    let directory = match File::open(site_packages) {
                        // Made when something is put there.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                        opened => match Held::try_new(opened?)? {
                            None => return Ok(None),
                            held => held,
                        },
                    };
                    return Ok(Some(Self { _file: file, _directory: directory }));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Opens the lock file, made with the mode uv gives it: any user of a shared environment must be able to lock.
fn open(path: &Path) -> io::Result<File> {
    match open_existing(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    // Never through a link that somebody left there: for system Pythons the directory is everybody's.
    match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
        Ok(file) => {
            // The umask may have taken bits away.
            let _ = file.set_permissions(std::fs::Permissions::from_mode(0o666));
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open_existing(path),
        Err(error) => Err(error),
    }
}

fn open_existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

pub(crate) fn timeout() -> Duration {
    let seconds = std::env::var(EnvVars::UV_LOCK_TIMEOUT).ok().and_then(|value| value.parse().ok());
    Duration::from_secs(seconds.unwrap_or(300))
}
