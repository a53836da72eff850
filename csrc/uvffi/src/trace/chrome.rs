//! Events as chrome://tracing and Perfetto load them: the Trace Event Format, times in microseconds.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::told::{Kind, Thread, Told};

/// One event.
pub(super) fn event(told: &Told) -> String {
    let mut args = told.fields.clone();
    if told.call != 0 {
        args.insert("call".to_owned(), told.call.into());
    }
    let mut event = common(told, args);
    let local = |id: u64| json!({ "local": format!("{id:#x}") });
    match told.kind {
        Kind::Begin => phase(&mut event, "B", told.start),
        Kind::End(took) => phase(&mut event, "E", told.start + took),
        Kind::CallBegin(id) => {
            phase(&mut event, "b", told.start);
            event.insert("id2".to_owned(), local(id));
        }
        Kind::CallEnd(id, took) => {
            phase(&mut event, "e", told.start + took);
            event.insert("id2".to_owned(), local(id));
        }
        Kind::Whole(took) => {
            phase(&mut event, "X", told.start);
            event.insert("dur".to_owned(), microseconds(took));
        }
        Kind::Pieces(id, took) => {
            phase(&mut event, "b", told.start);
            event.insert("id2".to_owned(), local(id));
            let mut end = common(told, Map::new());
            phase(&mut end, "e", told.start + took);
            end.insert("id2".to_owned(), local(id));
            return format!("{},\n{}", Value::Object(event), Value::Object(end));
        }
        Kind::Event => {
            phase(&mut event, "i", told.start);
            event.insert("s".to_owned(), "t".into());
        }
    }
    Value::Object(event).to_string()
}

/// What the viewer is to call a thread, and its process where that is not known yet.
pub(super) fn names(thread: &Thread, process_too: bool) -> Vec<String> {
    let named = |what: &str, name: &str| {
        json!({ "ph": "M", "name": what, "pid": thread.process, "tid": thread.number, "args": { "name": name } })
            .to_string()
    };
    let mut names = Vec::new();
    if process_too {
        let program = std::fs::read_to_string("/proc/self/comm").unwrap_or_default();
        names.push(named("process_name", &format!("{} (uvffi)", program.trim_end())));
    }
    names.push(named("thread_name", &thread.name));
    names
}

fn common(told: &Told, args: Map<String, Value>) -> Map<String, Value> {
    let event = json!({
        "name": told.title(),
        "cat": told.target.split("::").next(),
        "pid": told.thread.process,
        "tid": told.thread.number,
        "args": args,
    });
    match event {
        Value::Object(event) => event,
        _ => Map::new(),
    }
}

fn phase(event: &mut Map<String, Value>, phase: &str, at: Duration) {
    event.insert("ph".to_owned(), phase.into());
    event.insert("ts".to_owned(), microseconds(at));
}

#[expect(clippy::cast_precision_loss, reason = "a system that runs for a century counts 2^52 of them")]
fn microseconds(time: Duration) -> Value {
    (time.as_nanos() as f64 / 1000.0).into()
}
