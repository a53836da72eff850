//! Figures about the engine, for people and programs. None of it waits for a lock: a forked child asks too.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::environment::Environment;
use crate::truth::{descriptors, memory, mounts};
use crate::{child, inventory, paranoid, recall, sys, trace, warm};

/// What the engine knows of itself.
pub(crate) struct Engine {
    pub(crate) resident: u64,
    pub(crate) child: u64,
    pub(crate) clients: usize,
    pub(crate) warm: bool,
    pub(crate) child_only: Option<Cow<'static, str>>,
}

pub(crate) fn of(engine: &Engine) -> Value {
    let (remembered, proved) = recall::figures();
    let (listed, read) = inventory::figures();
    let (verdicts, bytes, evicted) = memory::figures();
    let (held, limit, lost) = descriptors::figures();
    let roots: Vec<(String, inventory::Numbers)> = inventory::all_roots()
        .iter()
        .filter_map(|root| Some((root.path().to_string_lossy().into_owned(), root.numbers()?)))
        .collect();
    json!({
        "answers": {
            "resident": engine.resident,
            "child": engine.child,
            "remembered": remembered,
            "proved": proved,
            "relisted": listed,
            "reread": read,
        },
        "epoch": roots.iter().map(|(_, numbers)| numbers.epoch).sum::<u64>(),
        "generation": roots.iter().map(|(_, numbers)| numbers.generation).sum::<u64>(),
        "roots": roots.iter().map(|(path, numbers)| json!({
            "path": path,
            "epoch": numbers.epoch,
            "generation": numbers.generation,
            "distributions": numbers.distributions,
        })).collect::<Vec<_>>(),
        "verdicts": { "held": verdicts, "bytes": bytes, "evicted": evicted },
        "descriptors": { "held": held, "limit": limit, "lost": lost },
        "mounts": if mounts::epoch().is_some() { "watched" } else { "unknown" },
        "memory": { "resident_bytes": sys::resident_bytes() },
        "child": child::status(),
        "paranoid": paranoid::status(),
        "trace": trace::state(),
        "last_trouble": trouble(lost),
        "environments": Environment::count(),
        "http_clients": engine.clients,
        "warm": engine.warm,
        "child_only": engine.child_only,
        "process": std::process::id(),
    })
}

/// What happened to the means by which answers are proved; the answers are right all the same.
fn trouble(lost: u64) -> Option<String> {
    if sys::forked() {
        return Some("this process is a fork: answers are proved by paths alone".to_owned());
    }
    if warm::abandoned() > 0 {
        let told = "the engine's descriptors were closed by somebody else: what is not remembered, the Child answers";
        return Some(told.to_owned());
    }
    if lost > 0 {
        return Some(format!("{lost} descriptors were closed by somebody else: paths were asked in their place"));
    }
    None
}
