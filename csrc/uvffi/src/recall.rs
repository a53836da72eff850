//! The front door: an answer from memory if its Verdict holds, else one that is computed, and remembered if it can be.
//!
//! 1. The request's text and the view of the process find a [`Verdict`]; each of its Witnesses is asked. No lock, no
//!    thread, no runtime, no parsing.
//! 2. Where only what is installed may have changed, the request as it was parsed is held against that.
//! 3. Where the request changed something when it met the same installed state, its Plan is carried out again.
//! 4. Else the [`engine`] answers, and notes on what its answer rests.

use std::cell::LazyCell;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::query::{self, Query};
use crate::reply::Reply;
use crate::request::Request;
use crate::truth::{Door, Held, Notes, Recent, Verdict, View, descriptors, memory, mounts, view};
use crate::uvlike::flow::{Kept, Parsed, Planned};
use crate::{answers, engine, paranoid, trace};

/// An answer as it crosses the ABI.
pub(crate) struct Answer {
    pub(crate) json: Box<str>,
    /// Whether the C functions call it an error result.
    pub(crate) fault: bool,
}

static REMEMBERED: AtomicU64 = AtomicU64::new(0);
static PROVED: AtomicU64 = AtomicU64::new(0);

/// The last requests as they were parsed: a few, since settings are large.
static PARSED: Recent<(Box<str>, View), Arc<Parsed>, 64> = Recent::new();

/// What requests came to that changed something, each in a few installed states.
static PLANNED: Recent<(Box<str>, View), Plans, 64> = Recent::new();
type Plans = Arc<[Arc<Planned>]>;
const STATES: usize = 4;

/// How many answers were given with each Witness equal at the first look, and how many after some looking again.
pub(crate) fn figures() -> (u64, u64) {
    (REMEMBERED.load(Ordering::Relaxed), PROVED.load(Ordering::Relaxed))
}

/// Drops every answer and all that was parsed, and lets go of what is held open.
pub(crate) fn forget() {
    PARSED.clear();
    PLANNED.clear();
    memory::forget();
    descriptors::close_all();
    mounts::close();
}

/// The answer that needs no thread: from memory, or of a Plan that is carried out again.
pub(crate) fn at_once(door: Door, text: &str) -> Option<Answer> {
    if paranoid::is_on() {
        return None;
    }
    // What is asked about spans makes none.
    let _span = (door == Door::Run).then(|| tracing::debug_span!("recall").entered());
    let view = LazyCell::new(view);
    let json = remembered(door, text, &view).or_else(|| match door {
        Door::Run => carried_out(text, &view),
        Door::Query => None,
    })?;
    Some(Answer { json, fault: false })
}

/// The answer, computed.
pub(crate) fn anew(door: Door, text: &str) -> Answer {
    let known = if paranoid::is_on() { remembered(door, text, &LazyCell::new(view)) } else { None };
    computed(door, text, known, || match door {
        Door::Run => run(text),
        Door::Query => query(text),
    })
}

fn run(text: &str) -> (Answer, Notes) {
    let notes = Notes::begin();
    let answer = match Request::parse(text) {
        Ok(request) => {
            note_place(&request, &notes);
            let (reply, kept) = engine::run(request, &notes);
            kept.into_iter().for_each(|kept| keep(text, kept));
            let notice = trace::notice().inspect(|_| notes.spoil("it tells of a trace"));
            let _span = tracing::debug_span!("reply").entered();
            Answer { fault: reply.is_fault(), json: reply.with_notice(notice).to_json().into() }
        }
        Err(fault) => Answer::fault(fault.into()),
    };
    (answer, notes)
}

fn query(text: &str) -> (Answer, Notes) {
    let asked = Query::parse(text).map_err(|fault| Box::new(Reply::from(fault)));
    let remembered = asked.as_ref().is_ok_and(Query::is_remembered);
    let notes = if remembered { Notes::begin() } else { Notes::spoiled("its kind is not remembered") };
    let answer = match asked.and_then(|asked| answers::query(asked, &notes)) {
        Ok(value) => Answer { json: query::to_json(value).into(), fault: false },
        Err(reply) => Answer { fault: reply.is_fault(), json: reply.to_json().into() },
    };
    (answer, notes)
}

/// Computes an answer, and remembers it if that can be. `known`: what was remembered, to be compared.
fn computed(door: Door, text: &str, known: Option<Box<str>>, compute: impl FnOnce() -> (Answer, Notes)) -> Answer {
    let (computed, notes) = compute();
    if let Some(json) = known {
        paranoid::compare(text, &json, &computed.json);
    }
    if let Some(verdict) = notes.verdict(&computed.json).filter(|_| !computed.fault) {
        memory::remember(door, text, verdict);
    }
    computed
}

/// An answer that holds, from a Verdict or from what was parsed.
fn remembered(door: Door, text: &str, view: &impl Deref<Target = Option<View>>) -> Option<Box<str>> {
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
    let view = view.as_ref()?;
    let parsed = PARSED.get_by(|(asked, then)| **asked == *text && then == view)?;
    let (reply, footing, basis) = parsed.satisfied_again()?;
    PROVED.fetch_add(1, Ordering::Relaxed);
    let json: Box<str> = reply.to_json().into();
    if let Some(verdict) = Verdict::of(&json, footing, basis, None) {
        memory::remember(door, text, verdict);
    }
    Some(json)
}

fn keep(text: &str, kept: Kept) {
    match kept {
        Kept::Parsed(parsed) => PARSED.put((text.into(), parsed.footing.view.clone()), parsed.into()),
        Kept::Planned(planned) => {
            let key = (text.into(), planned.footing.view.clone());
            let others = PLANNED.get(&key).unwrap_or_default();
            let mut plans: Vec<Arc<Planned>> = vec![planned.into()];
            plans.extend(
                others.iter().filter(|other| !other.is_like(&plans[0])).take(STATES - 1).cloned().collect::<Vec<_>>(),
            );
            PLANNED.put(key, plans.into());
        }
    }
}

/// The answer of a Plan that is carried out again.
fn carried_out(text: &str, view: &impl Deref<Target = Option<View>>) -> Option<Box<str>> {
    if engine::is_poisoned() || crate::sys::forked() {
        return None;
    }
    let view = view.as_ref()?;
    let plans = PLANNED.get_by(|(asked, then)| **asked == *text && then == view)?;
    let reply = plans.iter().find_map(|plan| plan.again())?;
    engine::engine().count();
    Some(reply.to_json().into())
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
