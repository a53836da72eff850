//! uv itself, in a process of its own, through the launcher.

use std::env;
use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus, Output, Stdio};
use std::thread;

use crate::fault::Fault;
use crate::request::{Request, Stdin};
use crate::sys;

const LAUNCHER: &str = "uvffi-launcher";

/// Names the launcher to use instead of the one beside the library.
const LAUNCHER_VARIABLE: &str = "UVFFI_LAUNCHER";

/// Tells the launcher which library it was started by; it takes the variable away before uv sees it.
const LIBRARY_VARIABLE: &str = "UVFFI_CHILD_LIBRARY";

/// Asks the launcher to begin a session: then the process and all that it starts are one group, which can be killed
/// whole, and none of them can prompt on the host's terminal.
const SESSION_VARIABLE: &str = "UVFFI_CHILD_SESSION";

/// What a command in the Child came to; both texts without colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChildOutput {
    /// As a shell counts: 128 + n for one that signal n ended.
    pub(crate) exit_code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command and waits for its end. From any thread, however small its stack.
pub(crate) fn run(request: &Request, launcher: &Path) -> Result<ChildOutput, Fault> {
    let directory = request.directory()?;
    let mut command = Command::new(launcher);
    // uv shows the name it was called by in its usage texts.
    command.arg0("uv").args(&request.argv);
    if request.cwd.is_some() {
        command.current_dir(directory);
    }
    if let Some(env) = &request.env {
        command.env_clear().envs(env);
    }
    if let Some(library) = sys::library() {
        command.env(LIBRARY_VARIABLE, library);
    }
    command.stdin(match request.stdin {
        Stdin::Closed => Stdio::null(),
        Stdin::Inherit => Stdio::inherit(),
        Stdin::Text(_) => Stdio::piped(),
    });
    if request.stdin != Stdin::Inherit {
        command.env(SESSION_VARIABLE, "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());

    let output = drain(&mut command, &request.stdin).map_err(|error| {
        Fault::new("spawn-failed", format!("uv could not be run through `{}`: {error}", launcher.display()))
            .hint("Check that the launcher may be executed, and that more processes can be started")
    })?;
    Ok(ChildOutput {
        exit_code: exit_code(output.status),
        stdout: plain(&output.stdout),
        stderr: plain(&output.stderr),
    })
}

/// Both streams are read while the process runs and while it is written to, so that neither side waits for ever.
fn drain(command: &mut Command, stdin: &Stdin) -> std::io::Result<Output> {
    let mut child = command.spawn()?;
    let Some((pipe, text)) = child.stdin.take().zip(stdin.text()) else {
        return child.wait_with_output();
    };
    thread::scope(|scope| {
        let writer = thread::Builder::new().name("uvffi-stdin".to_owned());
        if let Err(error) = writer.spawn_scoped(scope, move || feed(pipe, text)) {
            // The pipe is closed by now, so the process finds an end of its input; it may not do half its work.
            child.kill()?;
            child.wait()?;
            return Err(error);
        }
        child.wait_with_output()
    })
}

/// Writes until all is written or the other side has had enough.
fn feed(mut pipe: ChildStdin, text: &str) {
    sys::block_broken_pipe();
    let _ = pipe.write_all(text.as_bytes());
}

fn exit_code(status: ExitStatus) -> i32 {
    match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or(0),
    }
}

/// uv writes no colour to a pipe unless a variable forces it to.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if bytes.contains(&0x1b) { anstream::adapter::strip_str(&text).to_string() } else { text.into_owned() }
}

/// Finds the launcher: the one that `UVFFI_LAUNCHER` names, or the one beside the library.
pub(crate) fn launcher() -> Result<PathBuf, Fault> {
    let missing = |found: String| {
        Fault::new("launcher-missing", format!("uv must run in a process of its own for this, but {found}"))
            .hint("Install uvffi again, or set UVFFI_LAUNCHER to the uvffi-launcher of the same build")
    };
    if let Some(named) = env::var_os(LAUNCHER_VARIABLE).filter(|value| !value.is_empty()) {
        // A relative name means something here, and perhaps not in the directory of the call.
        return match std::path::absolute(&named).ok().filter(|path| path.is_file()) {
            Some(path) => Ok(path),
            None => Err(missing(format!(
                "{LAUNCHER_VARIABLE} names `{}`, which is not a file",
                Path::new(&named).display()
            ))),
        };
    }
    let library = sys::library().ok_or_else(|| missing("the library's own file is not known".to_owned()))?;
    let beside = library.with_file_name(LAUNCHER);
    // The library may have been reached through a link into the folder that holds both.
    let behind = || library.canonicalize().ok().map(|library| library.with_file_name(LAUNCHER));
    if beside.is_file() {
        return Ok(beside);
    }
    behind().filter(|path| path.is_file()).ok_or_else(|| missing(format!("there is no file `{}`", beside.display())))
}

impl Stdin {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Closed | Self::Inherit => None,
        }
    }
}

#[cfg(test)]
#[path = "child_tests.rs"]
mod tests;
