use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use owo_colors::OwoColorize;
use rustc_hash::FxHashSet;

/// Whether warnings are enabled in this process. A sink may drop more, for a quiet call.
pub static ENABLED: AtomicBool = AtomicBool::new(false);

/// What was already said by [`warn_user_once`](crate::warn_user_once) where no sink is installed.
pub static WARNINGS: LazyLock<Mutex<FxHashSet<String>>> = LazyLock::new(Mutex::default);

static SINK: OnceLock<Sink> = OnceLock::new();

/// One warning, as it reaches the sink.
#[derive(Clone, Copy, Debug)]
pub enum Warning<'a> {
    /// Said each time; the message, without the leading `warning:`.
    Always(&'a str),
    /// Said once a call; the message, without the leading `warning:`.
    Once(&'a str),
    /// A whole rendered block, line ends included.
    Block(&'a str),
}

/// Receives every warning of the process, on whatever thread it arises.
pub type Sink = fn(Warning<'_>);

/// Enables warnings.
pub fn enable() {
    ENABLED.store(true, Ordering::Relaxed);
}

/// Disables warnings.
pub fn disable() {
    ENABLED.store(false, Ordering::Relaxed);
}

/// Installs the sink of this process; the first one stays. True if it was this one.
pub fn set_sink(sink: Sink) -> bool {
    SINK.set(sink).is_ok()
}

/// Hands a warning to the sink, or to standard error where there is none.
pub fn emit(warning: Warning<'_>) {
    match SINK.get() {
        Some(sink) => sink(warning),
        None => print(warning),
    }
}

/// uv's own behaviour, for uv in a process of its own.
fn print(warning: Warning<'_>) {
    let message = match warning {
        Warning::Block(block) => {
            anstream::eprint!("{block}");
            return;
        }
        Warning::Once(message) => {
            let mut said = WARNINGS.lock().unwrap_or_else(PoisonError::into_inner);
            if !said.insert(message.to_owned()) {
                return;
            }
            message
        }
        Warning::Always(message) => message,
    };
    let (label, colon) = ("warning", ":");
    anstream::eprintln!("{}{} {}", label.yellow().bold(), colon.bold(), message.bold());
}
