//! What happens in a call and how long it takes, for whoever asks: in a file, or to be drained by a query.
//!
//! 1. Phases of ours, and what uv's crates mark as theirs, are spans of the crate `tracing`. While nobody asks there is
//!    no subscriber, and a span costs a load and a branch.
//! 2. [`begin`] reads `UVFFI_TRACE` once, at the first call; [`switch`] is for the query. [`settings`] has what is asked.
//! 3. [`tap`] is the subscriber: this library's statics are its own, so nobody else sees it. It keeps [`spans`] while
//!    they are open, and tells each at its end as a [`told::Told`].
//! 4. [`out`] gathers what is told; a thread of its own writes it to the file ([`file`], as [`chrome`] or [`lines`]
//!    have it), so that no thread of the host's waits for a disk. What is for a query waits in a bounded queue.
//! 5. Nothing is told as it stands that may have a secret in it: [`safe`].
//!
//! A forked child shares nothing of this but what is asked: all that has a lock is made anew by the process that
//! needs it, and without a thread. Its events go to the same file, under its own number.

mod chrome;
mod file;
mod lines;
mod out;
mod process;
mod safe;
mod settings;
mod spans;
mod tap;
#[cfg(test)]
mod tests;
mod told;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tracing::Span;

pub(crate) use process::whole;
pub(crate) use safe::asked;

use self::out::out;
use self::settings::Settings;
use crate::fault::Fault;
use crate::fields::bad;
use crate::notice::Notice;
use crate::sys;

/// Names the file: one that ends in `.json` is a Chrome trace, any other has lines. `0` or nothing: none.
pub(crate) const FILE: &str = "UVFFI_TRACE";

/// What is told, as `RUST_LOG` has it.
pub(crate) const FILTER: &str = "UVFFI_TRACE_FILTER";

/// What to do about a file that can't be had.
const ADVICE: &str = "Set UVFFI_TRACE to a file that can be written, or not at all";

/// How long somebody who ends or switches waits for what is not written yet.
const PATIENCE: Duration = Duration::from_millis(200);

/// Does what the variables ask, the first time.
pub(crate) fn begin() {
    // Nobody waits for whoever is first: in a forked child that one may not be there any more.
    static BEGUN: AtomicBool = AtomicBool::new(false);

    if !BEGUN.load(Ordering::Relaxed)
        && !BEGUN.swap(true, Ordering::Relaxed)
        && let Some(settings) = Settings::of_variables(|trouble| out().note_trouble(trouble))
    {
        apply(settings);
    }
}

/// What a query asks to be changed; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Switch {
    /// Empty: no file any more.
    pub(crate) file: Option<PathBuf>,
    /// Empty: the default again.
    pub(crate) filter: Option<String>,
    pub(crate) records: Option<bool>,
}

/// Changes what is asked, and tells of it as it is then.
pub(crate) fn switch(switch: &Switch) -> Result<Value, Fault> {
    let mut settings = settings::current().settings.clone();
    if let Some(path) = &switch.file {
        settings.file = None;
        if !path.as_os_str().is_empty() {
            settings.file = Some(settings::usable(path).map_err(|error| unwritable(&error))?);
        }
    }
    if let Some(filter) = &switch.filter {
        settings.filter = Some(filter.clone()).filter(|filter| !filter.trim().is_empty());
        settings::parse(filter).map_err(bad)?;
    }
    settings.records = switch.records.unwrap_or(settings.records);
    apply(settings);
    Ok(state())
}

fn apply(settings: Settings) {
    let before = settings::current();
    if before.settings.file != settings.file {
        out().flush(PATIENCE);
        out().begin_file();
    }
    if !settings.records {
        out().forget_records();
    }
    settings::set(settings);
    tap::install();
}

/// What is asked, and whether it can be had.
pub(crate) fn state() -> Value {
    let Settings { file, filter, records } = &settings::current().settings;
    let (waiting, lost, trouble) = out().figures();
    json!({
        "file": file.as_ref().map(|path| path.to_string_lossy()),
        "filter": filter.as_deref().unwrap_or(settings::DEFAULT),
        "records": records,
        "waiting": waiting,
        "lost": lost,
        "trouble": trouble,
    })
}

/// Takes what was told and is not drained yet, the oldest first.
pub(crate) fn drain(most: usize) -> Value {
    let (spans, lost) = out().drain(most);
    json!({ "spans": spans, "lost": lost })
}

/// The file of this process, if there is one: as an absolute path.
pub(crate) fn path() -> Option<&'static PathBuf> {
    settings::current().settings.file.as_ref()
}

/// Of what uvffi can't do that was asked here, once.
pub(crate) fn notice() -> Option<Notice> {
    let trouble = out().take_untold()?;
    Some(Notice::coded("trace-not-written", trouble))
}

/// Has all of it in the file, by the end of this time.
pub(crate) fn flush(most: Duration) {
    if settings::is_on() {
        out().flush(most);
    }
}

/// The span of a question, unless it is about what is told.
pub(crate) fn query(text: &str, number: impl FnOnce() -> u64) -> Span {
    if !settings::is_on() {
        return Span::none();
    }
    safe::kind(text).map_or_else(Span::none, |kind| tracing::debug_span!("query", call = number(), kind))
}

fn unwritable(error: &std::io::Error) -> Fault {
    Fault::new("trace-unwritable", format!("The trace can't be written: {error}"))
        .hint("Name another file, in a directory that is there and may be written")
}

/// Called when the process exits in order.
extern "C" fn at_exit() {
    let _ = crate::panics::catch(|| {
        if !sys::forked() {
            flush(PATIENCE);
        }
    });
}
