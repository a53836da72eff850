use std::collections::{HashMap, VecDeque};
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::spans::Spans;
use super::told::{Kind, Told};
use super::{ADVICE, chrome, file, lines, settings};
use crate::{panics, sys};

/// As much waits to be written at most, in bytes.
const MOST: usize = 16 << 20;

/// As many wait to be drained at most; the oldest go.
const MOST_RECORDS: usize = 50_000;

/// How long the thread gathers before it writes, and how long it waits for more.
const GATHER: Duration = Duration::from_millis(20);
const IDLE: Duration = Duration::from_secs(3);

/// What one process tells: a forked child begins with nothing.
pub(super) struct Out {
    process: u32,
    spans: Mutex<Spans>,
    state: Mutex<State>,
    more: Condvar,
    less: Condvar,
}

#[derive(Default)]
struct State {
    /// For the file, written out.
    waiting: Vec<String>,
    bytes: usize,
    /// The names that the file has of threads: a number is used again.
    named: HashMap<u64, Arc<str>>,
    records: VecDeque<Value>,
    lost: u64,
    /// What is wrong, and whether somebody was told.
    trouble: Option<String>,
    untold: bool,
    /// Whether there is a thread that writes, and whether anybody writes just now.
    running: bool,
    writing: bool,
}

/// That of this process.
pub(super) fn out() -> &'static Out {
    static OUT: AtomicPtr<Out> = AtomicPtr::new(ptr::null_mut());
    let process = std::process::id();
    sys::shared(&OUT, |out| out.process == process, || Out::of(process))
}

impl Out {
    pub(super) fn of(process: u32) -> Self {
        let (more, less) = (Condvar::new(), Condvar::new());
        Self { process, spans: Mutex::default(), state: Mutex::default(), more, less }
    }

    pub(super) fn spans(&self) -> MutexGuard<'_, Spans> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it to where it is wanted.
    pub(super) fn tell(&'static self, told: Told) {
        let asked = &settings::current().settings;
        let record = (asked.records && told.duration().is_some()).then(|| lines::record(&told));
        let path = asked.file.as_deref();
        let is_last = matches!(told.kind, Kind::CallEnd(..));
        let written =
            path.map(|path| if file::is_chrome(path) { Some(chrome::event(&told)) } else { lines::line(&told) });
        let mut state = self.state();
        state.keep(record);
        if let Some(written) = written {
            let thread = &told.thread;
            if path.is_some_and(file::is_chrome) && state.named.get(&thread.number) != Some(&thread.name) {
                let named = chrome::names(thread, state.named.is_empty());
                state.named.insert(thread.number, thread.name.clone());
                named.into_iter().for_each(|line| state.push(line));
            }
            written.into_iter().for_each(|line| state.push(line));
            if sys::forked() {
                // No thread, and it may end without a word.
                if is_last || state.bytes > MOST / 16 {
                    drop(state);
                    self.flush(super::PATIENCE / 2);
                }
                return;
            }
            self.see_to_it(&mut state);
        }
    }

    /// Has a thread that writes.
    fn see_to_it(&'static self, state: &mut State) {
        if state.running {
            self.more.notify_one();
        } else {
            let thread = thread::Builder::new().name("uvffi-trace".to_owned()).stack_size(256 << 10);
            let begun = thread.spawn(|| {
                sys::block_broken_pipe();
                let _ = panics::contained(|| self.write_on());
            });
            // Without it, whoever ends or switches writes.
            state.running = begun.is_ok();
        }
    }

    fn write_on(&self) {
        loop {
            let idle = |state: &mut State| state.waiting.is_empty();
            let waited = self.more.wait_timeout_while(self.state(), IDLE, idle);
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.waiting.is_empty() {
                state.running = false;
                return;
            }
            drop(state);
            thread::sleep(GATHER);
            self.write(super::PATIENCE);
        }
    }

    /// Has all in the file that waits, by the end of this time if that can be.
    pub(super) fn flush(&self, most: Duration) {
        let end = Instant::now() + most;
        let waited = self.less.wait_timeout_while(self.state(), most, |state| state.writing);
        drop(waited);
        self.write(end.saturating_duration_since(Instant::now()));
    }

    fn write(&self, patience: Duration) {
        let mut state = self.state();
        if state.writing || state.waiting.is_empty() {
            return;
        }
        let Some(path) = settings::current().settings.file.as_deref() else {
            state.drop_waiting();
            return;
        };
        let (mut waiting, bytes) = (std::mem::take(&mut state.waiting), std::mem::take(&mut state.bytes));
        state.writing = true;
        drop(state);
        let written = file::append(path, &waiting, patience);
        let mut state = self.state();
        state.writing = false;
        self.less.notify_all();
        match written {
            Ok(()) => {}
            // Another process is at it: next time.
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                waiting.append(&mut state.waiting);
                state.waiting = waiting;
                state.bytes += bytes;
            }
            Err(error) => {
                state.lost += waiting.len() as u64;
                state.note(format!("The trace can't be written: `{}`: {error}. {ADVICE}", path.display()));
            }
        }
    }

    /// Another file is to be written from now on.
    pub(super) fn begin_file(&self) {
        let mut state = self.state();
        state.drop_waiting();
        state.named.clear();
        if !state.untold {
            state.trouble = None;
        }
    }

    pub(super) fn forget_records(&self) {
        self.state().records = VecDeque::new();
    }

    /// Takes what is to be drained, and tells how many of all were lost since the last time.
    pub(super) fn drain(&self, most: usize) -> (Vec<Value>, u64) {
        let mut state = self.state();
        let most = most.min(state.records.len());
        (state.records.drain(..most).collect(), std::mem::take(&mut state.lost))
    }

    pub(super) fn note_trouble(&self, trouble: String) {
        self.state().note(trouble);
    }

    pub(super) fn take_untold(&self) -> Option<String> {
        let mut state = self.state();
        std::mem::take(&mut state.untold).then(|| state.trouble.clone()).flatten()
    }

    /// How many wait, how many were lost, and what is wrong. It waits for nobody.
    pub(super) fn figures(&self) -> (usize, u64, Option<String>) {
        match self.state.try_lock() {
            Ok(state) => (state.records.len(), state.lost, state.trouble.clone()),
            Err(_) => (0, 0, None),
        }
    }
}

impl State {
    fn push(&mut self, line: String) {
        if self.bytes + line.len() > MOST {
            self.lost += 1;
        } else {
            self.bytes += line.len();
            self.waiting.push(line);
        }
    }

    fn keep(&mut self, record: Option<Value>) {
        let Some(record) = record else { return };
        if self.records.len() >= MOST_RECORDS {
            self.records.pop_front();
            self.lost += 1;
        }
        self.records.push_back(record);
    }

    fn drop_waiting(&mut self) {
        self.lost += self.waiting.len() as u64;
        (self.waiting, self.bytes) = (Vec::new(), 0);
    }

    /// Told once, not with each call.
    fn note(&mut self, trouble: String) {
        if self.trouble.as_ref() != Some(&trouble) {
            (self.trouble, self.untold) = (Some(trouble), true);
        }
    }
}
