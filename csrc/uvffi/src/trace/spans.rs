use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value};
use tracing::Metadata;

use super::told::{Kind, Thread, Told, name_of};

/// Names of the spans that go from thread to thread.
const CALLS: [&str; 2] = ["call", "query"];

/// A span until it is closed.
pub(super) struct Open {
    pub(super) meta: &'static Metadata<'static>,
    references: usize,
    call: u64,
    thread: Thread,
    began: Duration,
    pub(super) fields: Map<String, Value>,
    /// How often it was entered; from when until when, and by which thread first.
    entered: usize,
    first: Duration,
    last: Duration,
    by: Option<Thread>,
}

/// Those of a process, by number.
#[derive(Default)]
pub(super) struct Spans(HashMap<u64, Open>);

thread_local! {
    /// Those that this thread is in, the innermost last.
    static STACK: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The innermost span that this thread is in.
pub(super) fn innermost() -> Option<u64> {
    STACK.try_with(|stack| stack.try_borrow().ok()?.last().copied()).ok().flatten()
}

pub(super) fn push(id: u64) {
    let _ = STACK.try_with(|stack| stack.try_borrow_mut().map(|mut stack| stack.push(id)));
}

pub(super) fn pop(id: u64) {
    let _ = STACK.try_with(|stack| {
        stack.try_borrow_mut().map(|mut stack| {
            if let Some(at) = stack.iter().rposition(|one| *one == id) {
                stack.remove(at);
            }
        })
    });
}

impl Spans {
    /// A new one; what is to be told of its beginning.
    pub(super) fn open(
        &mut self,
        id: u64,
        meta: &'static Metadata<'static>,
        parent: Option<u64>,
        fields: Map<String, Value>,
        (thread, now): (Thread, Duration),
    ) -> Option<Told> {
        let own = fields.get("call").and_then(Value::as_u64);
        let call = own.unwrap_or_else(|| self.call_of(parent));
        let zero = Duration::ZERO;
        let open = Open {
            meta,
            references: 1,
            call,
            thread,
            began: now,
            fields,
            entered: 0,
            first: zero,
            last: zero,
            by: None,
        };
        let kind = if open.is_call() { Kind::CallBegin(id) } else { Kind::Begin };
        let told = Told::is_ours(meta.target()).then(|| open.told(kind, open.thread.clone(), now));
        self.0.insert(id, open);
        told
    }

    pub(super) fn get(&mut self, id: u64) -> Option<&mut Open> {
        self.0.get_mut(&id)
    }

    /// Which call a span belongs to.
    pub(super) fn call_of(&self, id: Option<u64>) -> u64 {
        id.and_then(|id| self.0.get(&id)).map_or(0, |open| open.call)
    }

    pub(super) fn share(&mut self, id: u64) {
        if let Some(open) = self.get(id) {
            open.references += 1;
        }
    }

    pub(super) fn enter(&mut self, id: u64, thread: &Thread, now: Duration) {
        if let Some(open) = self.get(id) {
            open.entered += 1;
            if open.by.is_none() {
                (open.by, open.first) = (Some(thread.clone()), now);
            }
        }
    }

    pub(super) fn exit(&mut self, id: u64, now: Duration) {
        if let Some(open) = self.get(id) {
            open.last = now;
        }
    }

    /// Drops a share; whether it was the last, and what is to be told then.
    pub(super) fn close(&mut self, id: u64, now: Duration) -> (bool, Option<Told>) {
        let Some(open) = self.get(id) else { return (false, None) };
        open.references -= 1;
        if open.references > 0 {
            return (false, None);
        }
        let Some(mut open) = self.0.remove(&id) else { return (true, None) };
        let took = now.saturating_sub(open.began);
        let told = match (Told::is_ours(open.meta.target()), open.entered) {
            (true, _) if open.is_call() => open.told(Kind::CallEnd(id, took), open.thread.clone(), open.began),
            (true, _) => open.told(Kind::End(took), open.thread.clone(), open.began),
            // Nobody ever began with it.
            (false, 0) => return (true, None),
            (false, entered) => {
                let took = open.last.saturating_sub(open.first);
                let kind = if entered == 1 { Kind::Whole(took) } else { Kind::Pieces(id, took) };
                let thread = open.by.take().unwrap_or_else(|| open.thread.clone());
                open.told(kind, thread, open.first)
            }
        };
        (true, Some(told))
    }
}

impl Open {
    fn is_call(&self) -> bool {
        Told::is_ours(self.meta.target()) && CALLS.contains(&self.meta.name())
    }

    fn told(&self, kind: Kind, thread: Thread, start: Duration) -> Told {
        let (name, target, level) = name_of(self.meta);
        Told { name, target, level, kind, call: self.call, thread, start, fields: self.fields.clone() }
    }
}
