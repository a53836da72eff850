//! Commands and questions that are begun, followed and waited for: their events are pulled, and they can be ended before
//! their time.
//!
//! What is remembered is answered by whoever begins it. All else has a thread, and a [`Call`] that the work of that
//! thread finds by [`current`]: to tell what happens, to see that it is to end, and to ask before it commits. Those that
//! their own threads wait for are [`runs`].

mod call;
mod event;
mod runs;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::Span;

pub(crate) use call::{Call, Pulled, cancelled};
pub(crate) use event::Event;
pub(crate) use runs::{let_runs_end, run};

use crate::fault::Fault;
use crate::panics;
use crate::query;
use crate::recall::{self, Answer};
use crate::reply::Reply;
use crate::truth::Door;
use crate::{sys, trace};

thread_local! {
    static CURRENT: RefCell<Option<Arc<Call>>> = const { RefCell::new(None) };
}

/// The call that this thread works for, if it does.
pub(crate) fn current() -> Option<Arc<Call>> {
    CURRENT.with_borrow(Clone::clone)
}

/// The same, if somebody wants to be told of it: for what takes work to tell.
pub(crate) fn followed() -> Option<Arc<Call>> {
    current().filter(|call| call.is_followed())
}

/// Lets this thread work for a call.
pub(crate) fn work_for(call: Option<Arc<Call>>) {
    CURRENT.set(call);
}

/// Tells whoever follows what happens.
pub(crate) fn tell(event: &Event<'_>) {
    CURRENT.with_borrow(|call| call.iter().for_each(|call| call.tell(event)));
}

/// Whether that call was cancelled.
pub(crate) fn is_cancelled() -> bool {
    current().is_some_and(|call| call.is_cancelled())
}

/// What a thread does whose call was cancelled before it.
#[cfg(test)]
pub(crate) fn cancelled_before<T>(work: impl FnOnce() -> T) -> T {
    let call = Arc::new(Call::default());
    call.cancel(String::new);
    work_for(Some(call));
    let done = work();
    work_for(None);
    done
}

/// Awaits `work`, unless that call is cancelled meanwhile, or was before: then it is `None`, and the work is dropped.
pub(crate) async fn unless_cancelled<T>(work: impl Future<Output = T>) -> Option<T> {
    let Some(call) = current() else { return Some(work.await) };
    tokio::select! {
        biased;
        () = call.cancellation() => None,
        done = work => Some(done),
    }
}

/// Those that are begun and not yet at their end, or not asked for it. A forked child has none of its parent's.
struct Known {
    process: u32,
    calls: Mutex<HashMap<u64, Arc<Call>>>,
}

impl Known {
    fn here() -> &'static Self {
        static KNOWN: AtomicPtr<Known> = AtomicPtr::new(ptr::null_mut());
        let process = std::process::id();
        sys::shared(&KNOWN, |known| known.process == process, || Self { process, calls: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Call>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, number: u64) -> Option<Arc<Call>> {
        self.lock().get(&number).cloned()
    }
}

/// Begins a command, or a question; its number. `text` is the request, or why it is none.
pub(crate) fn start(text: Result<&str, Fault>) -> u64 {
    let number = next();
    let call = Arc::new(Call::default());
    match text {
        Err(fault) => call.end(&Answer::fault(fault.into()).json),
        Ok(text) => {
            let door = if query::is_query(text) { Door::Query } else { Door::Run };
            let span = span(door, || number, text);
            match span.in_scope(|| recall::at_once(door, text)) {
                Some(answer) => {
                    // It is over before anybody has the answer.
                    drop(span);
                    call.end(&answer.json);
                }
                None => begin(&call, door, text, span),
            }
        }
    }
    Known::here().lock().insert(number, call);
    number
}

/// The number of a new call.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);

    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The span of a whole call, on whatever threads it is done.
fn span(door: Door, number: impl FnOnce() -> u64, text: &str) -> Span {
    match door {
        Door::Run => tracing::debug_span!("call", call = number(), request = trace::asked(text)),
        Door::Query => trace::query(text, number),
    }
}

fn begin(call: &Arc<Call>, door: Door, text: &str, span: Span) {
    let (own, request) = (call.clone(), text.to_owned());
    let work = move || {
        sys::block_broken_pipe();
        work_for(Some(own.clone()));
        let answer = span.in_scope(|| panics::catch(|| recall::anew(door, &request)));
        let answer = answer.unwrap_or_else(|fault| Answer::fault(fault.into()));
        drop(span);
        own.end(&answer.json);
    };
    let thread = thread::Builder::new().name("uvffi-start".to_owned()).stack_size(512 << 10);
    if let Err(error) = thread.spawn(work) {
        let fault = Fault::internal(format!("No thread could be started for the call: {error}"));
        call.end(&Answer::fault(fault.into()).json);
    }
}

/// The next event of a call, waited for so long at most; `None` where there is no such call.
pub(crate) fn wait(number: u64, most: Duration) -> Option<Pulled> {
    let known = Known::here();
    let pulled = known.call(number)?.pull(most);
    if matches!(pulled, Pulled::End(_)) {
        known.lock().remove(&number);
    }
    Some(pulled)
}

/// Has a call end without any further change: whether it will; `None` where there is no such call.
pub(crate) fn cancel(number: u64) -> Option<bool> {
    Known::here().call(number).map(|call| end_early(&call))
}

/// Cancels all that can be.
pub(crate) fn cancel_all() {
    let calls: Vec<Arc<Call>> = Known::here().lock().values().cloned().collect();
    for call in calls {
        end_early(&call);
    }
}

fn end_early(call: &Call) -> bool {
    call.cancel(|| Reply::cancelled(None).to_json())
}
