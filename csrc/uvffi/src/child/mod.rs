//! uv itself, in a process of its own, through the launcher.
//!
//! The first command of a host starts the launcher, which loads the library again and calls uv's `main` ([`plain`]).
//! After it a server is begun in the background ([`keeper`], [`server`]): the launcher once more, which has the library
//! loaded and waits. Commands that follow are forks of it ([`serve`], [`become_uv`]): each takes on what a process has
//! that the calling thread would start now, as the host tells it ([`wire`]), and then calls the same `main`. What can't
//! be told must be the same ([`footing`]). Where it is not, or the server does not answer, the launcher is started.
//!
//! What a resident command needs built is built in such a process too, and nothing else is done there ([`prepare`]).

mod become_uv;
mod footing;
mod fork;
mod keeper;
mod launcher;
mod lines;
mod plain;
mod prepare;
mod serve;
mod server;
mod spare;
mod streams;
mod unforked;
mod way;
mod wire;

use std::ops::ControlFlow;
use std::os::fd::RawFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;

pub(crate) use keeper::{shutdown, status};
pub(crate) use launcher::launcher;
pub(crate) use prepare::{Ended, prepare, prepare_here, to_prepare};
pub(crate) use serve::serve;

use self::fork::Fork;
use self::keeper::keeper;
use self::plain::Plain;
use self::streams::Streams;
use self::way::Way;
use crate::calls;
use crate::fault::Fault;
use crate::request::{Request, Stdin};

/// The name that uv is called by, which it shows in its usage texts.
const NAME: &str = "uv";

/// What a command in the Child came to; both texts without colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChildOutput {
    /// As a shell counts: 128 + n for one that signal n ended.
    pub(crate) exit_code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command under way.
pub(crate) struct Running {
    process: Arc<Process>,
    streams: Streams,
}

/// The process of a command, for whoever is to end it before its time.
pub(crate) enum Process {
    Plain(Plain),
    Fork(Fork),
}

/// Runs a command and waits for its end. From any thread, however small its stack.
pub(crate) fn run(request: &Request, launcher: &Path) -> Result<ChildOutput, Fault> {
    let way = Way::of(request)?;
    let running = start(request, launcher, way)?;
    calls::current().iter().for_each(|call| call.attach(&running.process));
    let was_plain = matches!(*running.process, Process::Plain(_));
    let output = running.finish(&request.stdin).map_err(|error| failed(launcher, &error));
    if was_plain && way == Way::Warm {
        // After the answer: the first command is not to share the processor with what is only for later ones.
        keeper().begin(launcher, request);
    }
    output
}

/// Begins a command.
fn start(request: &Request, launcher: &Path, way: Way) -> Result<Running, Fault> {
    let directory = request.directory()?;
    if way == Way::Warm
        && let ControlFlow::Break((fork, streams)) = keeper().fork(request, launcher, &directory)
    {
        return Ok(Running { process: Arc::new(Process::Fork(fork)), streams });
    }
    start_plain(request, launcher, &directory, None)
}

/// `cache`: as of [`plain::start`].
fn start_plain(request: &Request, launcher: &Path, directory: &Path, cache: Option<&Path>) -> Result<Running, Fault> {
    let (plain, streams) =
        plain::start(request, launcher, directory, cache).map_err(|error| failed(launcher, &error))?;
    keeper().count_plain();
    Ok(Running { process: Arc::new(Process::Plain(plain)), streams })
}

impl Running {
    /// The process, to be ended from another thread.
    pub(crate) fn process(&self) -> Arc<Process> {
        self.process.clone()
    }

    /// Feeds it what it is to read, and waits for its end and for that of all that it says.
    pub(crate) fn finish(self, stdin: &Stdin) -> std::io::Result<ChildOutput> {
        let process = self.process();
        let (stdout, stderr) = self.streams.drain(stdin, process.server(), || process.kill())?;
        let status = process.wait()?;
        Ok(ChildOutput { exit_code: exit_code(status), stdout: plain_text(&stdout), stderr: plain_text(&stderr) })
    }
}

impl Process {
    /// Kills it and all that it started, unless its end has been waited for; with a terminal, it alone.
    pub(crate) fn kill(&self) {
        match self {
            Self::Plain(plain) => plain.kill(),
            Self::Fork(fork) => fork.kill(),
        }
    }

    /// What hangs up when the server is gone whose fork it is.
    fn server(&self) -> Option<RawFd> {
        match self {
            Self::Plain(_) => None,
            Self::Fork(fork) => Some(fork.reply()),
        }
    }

    fn wait(&self) -> std::io::Result<ExitStatus> {
        match self {
            Self::Plain(plain) => plain.wait(),
            Self::Fork(fork) => Ok(fork.wait()),
        }
    }
}

fn failed(launcher: &Path, error: &std::io::Error) -> Fault {
    Fault::new("spawn-failed", format!("uv could not be run through `{}`: {error}", launcher.display()))
        .hint("Check that the launcher may be executed, and that more processes can be started")
}

fn exit_code(status: ExitStatus) -> i32 {
    match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or(0),
    }
}

/// uv writes no colour to a pipe unless a variable forces it to.
fn plain_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if bytes.contains(&0x1b) { anstream::adapter::strip_str(&text).to_string() } else { text.into_owned() }
}

#[cfg(test)]
mod tests;
