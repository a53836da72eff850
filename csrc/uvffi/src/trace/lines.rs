//! Spans as lines for people, and as what a program drains.

use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::told::{Kind, Told};
use crate::sys;

/// A span at its end, or an event; nothing of what only begins.
pub(super) fn line(told: &Told) -> Option<String> {
    let took = told.duration()?;
    let end = ended(told, took);
    let thread = &told.thread;
    let mut line = format!("{end:.6} {} {}/{}", told.level, thread.process, thread.name);
    let _ = if told.call == 0 { Ok(()) } else { write!(line, " call {}", told.call) };
    let _ = match told.kind {
        Kind::Event => write!(line, " {}: {}", crate_of(told), told.title().escape_debug()),
        _ => write!(line, " {} {} {:.3} ms", crate_of(told), told.name, took.as_secs_f64() * 1000.0),
    };
    for (name, value) in told.fields.iter().filter(|(name, _)| *name != "message" && *name != "call") {
        let _ = write!(line, " {name}={value}");
    }
    line.push('\n');
    Some(line)
}

/// What is drained of it.
pub(super) fn record(told: &Told) -> Value {
    let took = told.duration().unwrap_or_default();
    json!({
        "name": told.name,
        "target": told.target,
        "level": told.level.as_str(),
        "event": told.kind == Kind::Event,
        "message": told.title(),
        "call": if told.call == 0 { Value::Null } else { told.call.into() },
        "process": told.thread.process,
        "thread": told.thread.number,
        "thread_name": &*told.thread.name,
        "start": told.start.as_secs_f64(),
        "duration": took.as_secs_f64(),
        "ended": ended(told, took).as_duration().as_secs_f64(),
        "fields": told.fields.iter().filter(|(name, _)| *name != "message" && *name != "call")
            .map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>(),
    })
}

fn crate_of(told: &Told) -> &str {
    told.target.split("::").next().unwrap_or_default()
}

/// By the calendar, when it was over.
fn ended(told: &Told, took: Duration) -> Timestamp {
    let ago = sys::since_boot().saturating_sub(told.start + took);
    let now = Timestamp::now();
    now.checked_sub(ago).unwrap_or(now)
}
