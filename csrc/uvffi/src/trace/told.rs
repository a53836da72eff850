use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Level, Metadata};

use super::safe::safe_value;
use crate::sys;

/// A thread, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thread {
    pub(super) process: u32,
    pub(super) number: u64,
    pub(super) name: Arc<str>,
}

/// What is told at once.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    pub(super) level: Level,
    pub(super) kind: Kind,
    /// 0: of no call that is known.
    pub(super) call: u64,
    pub(super) thread: Thread,
    /// By the clock that all processes share.
    pub(super) start: Duration,
    pub(super) fields: Map<String, Value>,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A phase of ours begins on a thread; phases of one thread lie in each other.
    Begin,
    End(Duration),
    /// A call begins, which may go from thread to thread: by this number it is known.
    CallBegin(u64),
    CallEnd(u64, Duration),
    /// A span of uv's that a thread was in at a stretch.
    Whole(Duration),
    /// One that was left and entered again: others lie across it.
    Pieces(u64, Duration),
    /// It took no time.
    Event,
}

impl Told {
    pub(super) fn is_ours(target: &str) -> bool {
        target.starts_with("uvffi")
    }

    /// How long it took, at its end.
    pub(super) fn duration(&self) -> Option<Duration> {
        match self.kind {
            Kind::Begin | Kind::CallBegin(_) => None,
            Kind::End(took) | Kind::CallEnd(_, took) | Kind::Whole(took) | Kind::Pieces(_, took) => Some(took),
            Kind::Event => Some(Duration::ZERO),
        }
    }

    /// What is shown of an event: the text that it brings.
    pub(super) fn title(&self) -> &str {
        match (self.kind, self.fields.get("message")) {
            (Kind::Event, Some(Value::String(message))) => message,
            _ => self.name,
        }
    }
}

/// Gathers fields, and nothing secret.
pub(super) struct Gather<'f>(pub(super) &'f mut Map<String, Value>);

impl Gather<'_> {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Gather<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, safe_value(field.name(), value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, safe_value(field.name(), &format!("{value:?}")));
    }
}

/// What every span and event says of itself.
pub(super) fn name_of(meta: &'static Metadata<'static>) -> (&'static str, &'static str, Level) {
    (meta.name(), meta.target(), *meta.level())
}

impl Thread {
    /// The calling one.
    pub(super) fn this() -> Self {
        use std::cell::RefCell;
        thread_local! {
            static THIS: RefCell<Option<Thread>> = const { RefCell::new(None) };
        }

        let process = std::process::id();
        // A thread that is ending has none any more; one that forked has another number.
        let known = THIS.try_with(|this| {
            let mut this = this.try_borrow_mut().ok()?;
            if this.as_ref().is_none_or(|this| this.process != process) {
                *this = Some(Self::look(process));
            }
            this.clone()
        });
        known.ok().flatten().unwrap_or_else(|| Self::look(process))
    }

    fn look(process: u32) -> Self {
        let named = std::fs::read_to_string("/proc/thread-self/comm").unwrap_or_default();
        let name = match std::thread::current().name() {
            // The host's threads have names for the system at most.
            Some("main") | None => named.trim_end(),
            Some(name) => return Self { process, number: sys::thread_number(), name: name.into() },
        };
        Self { process, number: sys::thread_number(), name: name.into() }
    }
}
