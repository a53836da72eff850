//! One resident call on a thread of its own, and where the warnings of uv's crates go meanwhile.
//!
//! 1. `on_own_thread` starts a thread: uv's futures are not `Send` and want 4 MB of stack, which a caller's thread
//!    may not have.
//! 2. The thread is the call's: a warning raised on it goes to the call's [`Output`].
//! 3. A warning raised on a thread that serves many calls (rayon's, the resolver's, the runtime's) can't be told
//!    apart and goes to every call under way.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use anstream::adapter::strip_str;
use uv_warnings::Warning;

use crate::fault::Fault;
use crate::output::Output;
use crate::{calls, panics, sys};

thread_local! {
    static CURRENT: RefCell<Option<Output>> = const { RefCell::new(None) };
}

static UNDER_WAY: Mutex<Vec<Output>> = Mutex::new(Vec::new());

/// Routes warnings of uv's crates to calls, for the rest of the process.
pub(crate) fn install_sink() {
    uv_warnings::set_sink(receive);
    uv_warnings::enable();
}

/// Runs `work` on a thread of its own and waits for it; a panic there is a [`Fault`].
pub(crate) fn on_own_thread<T: Send>(output: &Output, work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    let _registered = Registered::new(output.clone());
    let (call, span) = (calls::current(), tracing::Span::current());
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("uvffi-call".to_owned())
            .stack_size(uv_configuration::min_stack_size())
            .spawn_scoped(scope, || {
                sys::block_broken_pipe();
                CURRENT.set(Some(output.clone()));
                calls::work_for(call);
                span.in_scope(|| panics::catch(work))
            })
            .map_err(|error| Fault::internal(format!("No thread could be started for the call: {error}")))?;
        // `panics::catch` has caught what could be thrown.
        thread.join().unwrap_or_else(|_| Err(Fault::internal("The call's thread ended without an answer")))
    })
}

/// An [`Output`] among those of the calls under way.
struct Registered(Output);

impl Registered {
    fn new(output: Output) -> Self {
        UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner).push(output.clone());
        Self(output)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut under_way = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|output| !output.is(&self.0));
    }
}

fn receive(warning: Warning<'_>) {
    match &warning {
        Warning::Always(message) | Warning::Once(message) => tracing::warn!(target: "uv", "{}", strip_str(message)),
        Warning::Block(block) => tracing::warn!(target: "uv", "{}", strip_str(block)),
    }
    let own = CURRENT.with_borrow(Clone::clone);
    if let Some(output) = own {
        deliver(&output, warning);
        return;
    }
    for output in UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        deliver(output, warning);
    }
}

fn deliver(output: &Output, warning: Warning<'_>) {
    match warning {
        Warning::Always(message) => output.warn(&strip_str(message).to_string(), false),
        Warning::Once(message) => output.warn(&strip_str(message).to_string(), true),
        Warning::Block(block) => output.block(block),
    }
}
