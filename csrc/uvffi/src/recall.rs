//! The front door: an answer from memory if its Verdict holds, else one that is computed, and remembered if it can be.
//!
//! 1. The request's text and the view of the process find a [`Verdict`]; each of its Witnesses is asked. No lock, no
//!    thread, no runtime, no parsing.
//! 2. Where only what is installed may have changed, the request as it was parsed is held against that.
//! 3. Else the [`engine`] answers, and notes on what its answer rests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::query::{self, Query};
use crate::reply::Reply;
use crate::request::Request;
use crate::truth::{Door, Held, Notes, Verdict, descriptors, memory, mounts, parsed};
use crate::{answers, engine, paranoid};

/// An answer as it crosses the ABI.
pub(crate) struct Answer {
    pub(crate) json: Box<str>,
    /// Whether the C functions call it an error result.
    pub(crate) fault: bool,
}

static REMEMBERED: AtomicU64 = AtomicU64::new(0);
static PROVED: AtomicU64 = AtomicU64::new(0);

/// How many answers were given with each Witness equal at the first look, and how many after some looking again.
pub(crate) fn figures() -> (u64, u64) {
    (REMEMBERED.load(Ordering::Relaxed), PROVED.load(Ordering::Relaxed))
}

/// Drops every answer and all that was parsed, and lets go of what is held open.
pub(crate) fn forget() {
    parsed::forget();
    memory::forget();
    descriptors::close_all();
    mounts::close();
}

/// Runs one command.
pub(crate) fn run(text: &str) -> Answer {
    answer(Door::Run, text, |notes| match Request::parse(text) {
        Ok(request) => {
            note_place(&request, notes);
            let (reply, parsed) = engine::run(request, notes);
            if let Some(parsed) = parsed {
                parsed::keep(text, parsed);
            }
            Answer { fault: reply.is_fault(), json: reply.to_json().into() }
        }
        Err(fault) => Answer::fault(fault.into()),
    })
}

/// Answers one question.
pub(crate) fn query(text: &str) -> Answer {
    answer(Door::Query, text, |notes| {
        let asked = Query::parse(text).map_err(|fault| Box::new(Reply::from(fault)));
        match asked.and_then(|asked| answers::query(asked, notes)) {
            Ok(value) => Answer { json: query::to_json(value).into(), fault: false },
            Err(reply) => Answer { fault: reply.is_fault(), json: reply.to_json().into() },
        }
    })
}

fn answer(door: Door, text: &str, compute: impl FnOnce(&Notes) -> Answer) -> Answer {
    let known = remembered(door, text);
    match known {
        Some(json) if !paranoid::is_on() => Answer { json, fault: false },
        known => {
            let notes = Notes::begin();
            let computed = compute(&notes);
            if let Some(json) = known {
                paranoid::compare(text, &json, &computed.json);
            }
            if let Some((view, verdict)) = notes.verdict(&computed.json).filter(|_| !computed.fault) {
                memory::remember(door, text, view, Arc::new(verdict));
            }
            computed
        }
    }
}

/// An answer that holds, from a Verdict or from what was parsed.
fn remembered(door: Door, text: &str) -> Option<Box<str>> {
    if engine::is_poisoned() {
        return None;
    }
    if let Some((verdict, cwd)) = memory::recall(door, text) {
        let held = verdict.holds(&cwd);
        if held != Held::No {
            let counter = if held == Held::AtOnce { &REMEMBERED } else { &PROVED };
            counter.fetch_add(1, Ordering::Relaxed);
            return Some(verdict.json.clone());
        }
        memory::drop_one(door, text, &verdict);
    }
    if door == Door::Query || crate::sys::forked() {
        return None;
    }
    let parsed = parsed::parsed(text, &crate::truth::view()?)?;
    let (reply, grounds) = parsed.satisfied_again()?;
    PROVED.fetch_add(1, Ordering::Relaxed);
    let json: Box<str> = reply.to_json().into();
    if let Some(verdict) = Verdict::of(&json, grounds) {
        memory::remember(door, text, parsed.footing.view.clone(), Arc::new(verdict));
    }
    Some(json)
}

/// A directory that is given may be reached by a link, which can lead elsewhere later.
pub(crate) fn note_place(request: &Request, notes: &Notes) {
    if let Some(cwd) = &request.cwd
        && std::env::current_dir().is_ok_and(|own| own != *cwd)
    {
        notes.spoil("the directory is given by another path than its own");
    }
}

impl Answer {
    pub(crate) fn fault(reply: Reply) -> Self {
        Self { json: reply.to_json().into(), fault: true }
    }
}
