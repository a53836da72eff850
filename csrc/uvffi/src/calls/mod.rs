//! Commands that are begun, followed and waited for: their events are pulled, and they can be ended before their time.
//!
//! What is remembered is answered by whoever begins it. All else has a thread, and a [`Call`] that the work of that
//! thread finds by [`current`]: to tell what happens, to see that it is to end, and to ask before it commits.

mod call;
mod event;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub(crate) use call::{Call, Pulled, cancelled};
pub(crate) use event::Event;

use crate::fault::Fault;
use crate::panics;
use crate::recall::{self, Answer};
use crate::reply::Reply;
use crate::sys;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Call>>> = const { RefCell::new(None) };
}

/// The call that this thread works for, if somebody follows it.
pub(crate) fn current() -> Option<Arc<Call>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Lets this thread work for a call.
pub(crate) fn work_for(call: Option<Arc<Call>>) {
    CURRENT.set(call);
}

/// Tells whoever follows what happens.
pub(crate) fn tell(event: &Event<'_>) {
    CURRENT.with_borrow(|call| call.iter().for_each(|call| call.tell(event)));
}

/// Those that are begun and not yet at their end, or not asked for it. A forked child has none of its parent's.
struct Known {
    process: u32,
    calls: Mutex<HashMap<u64, Arc<Call>>>,
}

fn known() -> MutexGuard<'static, HashMap<u64, Arc<Call>>> {
    static KNOWN: AtomicPtr<Known> = AtomicPtr::new(ptr::null_mut());
    let process = std::process::id();
    let fresh = || Known { process, calls: Mutex::default() };
    sys::shared(&KNOWN, |known| known.process == process, fresh).calls.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a command; its number. `text` is the request, or why it is none.
pub(crate) fn start(text: Result<&str, Fault>) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);

    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let call = Arc::new(Call::default());
    match text {
        Err(fault) => call.end(&Answer::fault(fault.into()).json),
        Ok(text) => match recall::at_once(text) {
            Some(answer) => call.end(&answer.json),
            None => begin(&call, text),
        },
    }
    known().insert(number, call);
    number
}

fn begin(call: &Arc<Call>, text: &str) {
    let (own, request) = (call.clone(), text.to_owned());
    let work = move || {
        sys::block_broken_pipe();
        work_for(Some(own.clone()));
        let answer = panics::catch(|| recall::anew(&request)).unwrap_or_else(|fault| Answer::fault(fault.into()));
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
    let call = known().get(&number).cloned()?;
    let pulled = call.pull(most);
    if matches!(pulled, Pulled::End(_)) {
        known().remove(&number);
    }
    Some(pulled)
}

/// Has a call end without any further change: whether it will; `None` where there is no such call.
pub(crate) fn cancel(number: u64) -> Option<bool> {
    let call = known().get(&number).cloned()?;
    Some(call.cancel(|| Reply::cancelled(None).to_json()))
}

/// Cancels all that can be.
pub(crate) fn cancel_all() {
    let calls: Vec<Arc<Call>> = known().values().cloned().collect();
    for call in calls {
        call.cancel(|| Reply::cancelled(None).to_json());
    }
}
