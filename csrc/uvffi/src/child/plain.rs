use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

use super::streams::Streams;
use super::{NAME, prepare};
use crate::request::{Request, Stdin};
use crate::{sys, trace};

/// Tells the launcher which library it was started by; it takes the variable away before uv sees it.
pub(super) const LIBRARY_VARIABLE: &str = "UVFFI_CHILD_LIBRARY";

/// Asks the launcher to begin a session: then the process and all that it starts are one group, which can be killed
/// whole, and none of them can prompt on the host's terminal.
const SESSION_VARIABLE: &str = "UVFFI_CHILD_SESSION";

/// A process of the launcher's, for one command.
pub(crate) struct Plain {
    number: i32,
    /// Whether it leads a group of its own, or soon will.
    session: bool,
    /// Until it is reaped.
    child: Mutex<Option<Child>>,
}

/// Starts one. `cache`: the directory of uv's cache, for one that is only to prepare.
pub(super) fn start(
    request: &Request,
    launcher: &Path,
    directory: &Path,
    cache: Option<&Path>,
) -> io::Result<(Plain, Streams)> {
    let mut command = Command::new(launcher);
    command.arg0(NAME).args(&request.argv);
    if request.cwd.is_some() {
        command.current_dir(directory);
    }
    if let Some(env) = &request.env {
        command.env_clear().envs(env);
    }
    if let Some(library) = sys::library() {
        command.env(LIBRARY_VARIABLE, library);
    }
    if let Some(cache) = cache {
        command.env(prepare::VARIABLE, cache);
        // It tells of itself in the same file.
        if let Some(file) = trace::path() {
            command.env(trace::FILE, file);
        }
    }
    command.stdin(match request.stdin {
        Stdin::Closed => Stdio::null(),
        Stdin::Inherit => Stdio::inherit(),
        Stdin::Text(_) => Stdio::piped(),
    });
    let session = request.stdin != Stdin::Inherit;
    if session {
        command.env(SESSION_VARIABLE, "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let streams = Streams {
        stdin: child.stdin.take().map(Into::into),
        stdout: stdout.into(),
        stderr: stderr.into(),
        prepares: cache.is_some(),
    };
    let number = i32::try_from(child.id()).map_err(io::Error::other)?;
    Ok((Plain { number, session, child: Mutex::new(Some(child)) }, streams))
}

impl Plain {
    pub(super) fn kill(&self) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // A host that waits for all its children, or ignores them, may have reaped it: then the number is anybody's.
        if child.is_some() && sys::is_unreaped(self.number) {
            if self.session { sys::kill_group(self.number) } else { sys::kill(self.number) }
        }
    }

    pub(super) fn wait(&self) -> io::Result<ExitStatus> {
        // Not under the lock: it may take long, and somebody may want to end it.
        let waited = sys::wait_unreaped(self.number);
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        waited?;
        child.take().ok_or_else(|| io::Error::from_raw_os_error(libc::ECHILD))?.wait()
    }
}
