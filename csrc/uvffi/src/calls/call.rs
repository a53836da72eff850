use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::event::Event;
use crate::child::Process;
use crate::fault::Fault;

/// A command that was begun and is followed: its events until they are pulled, and whether it is to end.
#[derive(Default)]
pub(crate) struct Call {
    state: Mutex<State>,
    more: Condvar,
    cancelled: Notify,
    /// Nobody pulls its events: the thread that asked does the work, and has the answer from itself.
    unfollowed: bool,
}

#[derive(Default)]
struct State {
    events: VecDeque<Box<str>>,
    phase: Phase,
    /// uv in a process of its own, while it has one, and whether that changes something.
    process: Option<(Arc<Process>, bool)>,
    /// Whether the last event is among the others, or was among them.
    is_over: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is changed yet.
    #[default]
    Open,
    /// It changes something, and ends by itself.
    Committing,
    Cancelled,
}

/// What came of a wait.
pub(crate) enum Pulled {
    Event(Box<str>),
    /// The last one.
    End(Box<str>),
    Nothing,
}

impl Call {
    pub(super) fn unfollowed() -> Self {
        Self { unfollowed: true, ..Self::default() }
    }

    /// Whether somebody pulls its events.
    pub(super) fn is_followed(&self) -> bool {
        !self.unfollowed
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        if self.unfollowed {
            return;
        }
        let mut state = self.lock();
        if !state.is_over {
            state.events.push_back(event.to_json());
            self.more.notify_all();
        }
    }

    /// Ends it with an answer, unless it has ended already.
    pub(super) fn end(&self, reply: &str) {
        let mut state = self.lock();
        state.process = None;
        if !state.is_over {
            state.is_over = true;
            state.events.push_back(format!("{{\"event\":\"finished\",\"result\":{reply}}}").into());
            self.more.notify_all();
        }
    }

    /// The next event, waited for so long at most.
    pub(super) fn pull(&self, most: Duration) -> Pulled {
        let deadline = Instant::now() + most;
        let mut state = self.lock();
        loop {
            if let Some(event) = state.events.pop_front() {
                let is_last = state.is_over && state.events.is_empty();
                return if is_last { Pulled::End(event) } else { Pulled::Event(event) };
            }
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Pulled::Nothing;
            }
            state = self.more.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Has it end without any further change; false if it is too late for that. Who waits for it has the end at once,
    /// but where uv in a process of its own may have changed something: that is looked at first.
    pub(super) fn cancel(&self, reply: impl FnOnce() -> String) -> bool {
        let mut state = self.lock();
        if state.is_over || state.phase == Phase::Committing {
            return false;
        }
        state.phase = Phase::Cancelled;
        let process = state.process.take();
        drop(state);
        self.cancelled.notify_waiters();
        let mut may_have_changed = false;
        if let Some((process, changes)) = process {
            process.kill();
            may_have_changed = changes;
        }
        if !may_have_changed {
            self.end(&reply());
        }
        true
    }

    /// Kills the process that it has, unless it is just coming or going.
    pub(super) fn kill(&self) {
        let process = self.state.try_lock().ok().and_then(|mut state| state.process.take());
        process.iter().for_each(|(process, _)| process.kill());
    }

    /// From now on it can't be cancelled any more; false if it was.
    pub(crate) fn begin_commit(&self) -> bool {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Committing;
        }
        state.phase == Phase::Committing
    }

    /// This process is killed if the call is cancelled, or was.
    pub(crate) fn attach(&self, process: &Arc<Process>) {
        self.attach_one(process, true);
    }

    /// The same of one that changes nothing: nobody has to look whether it did.
    pub(crate) fn attach_harmless(&self, process: &Arc<Process>) {
        self.attach_one(process, false);
    }

    /// That process has ended.
    pub(crate) fn detach(&self) {
        self.lock().process = None;
    }

    fn attach_one(&self, process: &Arc<Process>, changes: bool) {
        let mut state = self.lock();
        if state.phase == Phase::Cancelled {
            drop(state);
            process.kill();
        } else {
            state.process = Some((process.clone(), changes));
        }
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.lock().phase == Phase::Cancelled
    }

    /// Ends once the call is cancelled.
    pub(crate) async fn cancellation(&self) {
        let mut notified = std::pin::pin!(self.cancelled.notified());
        // Registered before the flag is read, so that a cancellation in between is not missed.
        notified.as_mut().enable();
        if !self.is_cancelled() {
            notified.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call answers that was cancelled.
pub(crate) fn cancelled() -> Fault {
    Fault::new("cancelled", "The command was cancelled before it changed anything").hint("Ask again to have it done")
}
