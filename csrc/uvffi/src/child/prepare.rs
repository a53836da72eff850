//! A Child that prepares: it builds what a command needs, so that it is in uv's cache, and installs nothing.
//!
//! 1. The host starts the launcher with the same words, and with [`VARIABLE`], which names the cache to be filled.
//! 2. There the library does not become uv: its own engine runs the same flow, with uv's builds, up to where all that
//!    comes is in the cache. What it says goes to standard error, as it comes; at the end what it resolved to
//!    and the commits that Git found go to standard output, as JSON.
//! 3. It ends with 0, and the host goes on with what is in the cache; with uv's code for what can't be had, and what it
//!    said is the answer; with anything else, and uv itself is asked.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{failed, launcher, start_plain};
use crate::calls;
use crate::engine::engine;
use crate::fault::Fault;
use crate::request::{Request, Stdin};
use crate::sys::{self, Alone};
use crate::uvlike::flow::Prepared;
use crate::uvlike::text::FAILURE;

/// Tells the launcher's process that it is only to prepare, and the cache that it fills.
pub(super) const VARIABLE: &str = "UVFFI_CHILD_PREPARE";

/// Names the program that is uv, for build backends.
const UV: &str = "UV";

/// What a process ends with that leaves its command to uv.
const LEFT: i32 = 3;

/// How it ended.
pub(crate) enum Ended {
    /// All that the command needs is in uv's cache.
    Prepared(Prepared),
    /// It can't be; this is what uv says.
    Failed(String),
    /// uv has to tell why not.
    Left,
}

/// Has what a command needs built by a process of its own, which can be ended as a whole with nothing changed.
#[tracing::instrument(name = "prepare", level = "debug", skip_all, fields(by = "child"))]
pub(crate) fn prepare(request: &Request, cache: &Path) -> Result<Ended, Fault> {
    let launcher = launcher()?;
    let stdin = match request.stdin {
        Stdin::Inherit => Stdin::Inherit,
        Stdin::Closed | Stdin::Text(_) => Stdin::Closed,
    };
    let request = Request { stdin, ..request.clone() };
    let running = start_plain(&request, &launcher, &request.directory()?, Some(cache))?;
    calls::current().iter().for_each(|call| call.attach_harmless(&running.process));
    let output = running.finish(&request.stdin).map_err(|error| failed(&launcher, &error));
    calls::current().iter().for_each(|call| call.detach());
    let output = output?;
    Ok(match output.exit_code {
        0 => match serde_json::from_str(&output.stdout) {
            Ok(account) => Ended::Prepared(Prepared { said: output.stderr, account }),
            Err(_) => Ended::Left,
        },
        FAILURE => Ended::Failed(output.stderr),
        _ => Ended::Left,
    })
}

/// In the launcher's process: the cache to be filled, where this one is only to prepare.
pub(crate) fn to_prepare() -> io::Result<Option<PathBuf>> {
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(None);
    }
    let alone = Alone::check()?;
    let cache = sys::take_variable(&alone, VARIABLE);
    if let Ok(program) = std::env::current_exe() {
        sys::set_variable(&alone, UV, program.as_os_str());
    }
    Ok(cache.map(PathBuf::from))
}

/// Prepares, in the launcher's process; the code to end with.
pub(crate) fn prepare_here(words: Vec<OsString>, cache: &Path) -> i32 {
    let request = Request { argv: words.into_iter().skip(1).collect(), ..Request::default() };
    let Ok((code, told)) = engine().prepare(&request, cache) else { return LEFT };
    if code == 0 && write!(io::stdout(), "{told}").and_then(|()| io::stdout().flush()).is_err() {
        return LEFT;
    }
    code
}
