use std::os::fd::RawFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};

use super::server::Server;
use super::unforked::Unforked;
use super::wire::{DONE, ENDED, LONGEST};
use crate::sys;

/// A fork of a server, for one command. One that is dropped before its end was waited for is killed whole.
pub(crate) struct Fork {
    /// Kept as long as it runs.
    #[expect(dead_code)]
    server: Arc<Server>,
    reply: Unforked,
    /// Its process, and the group that it leads: nobody else's until the server is told that we are done.
    number: i32,
    over: Mutex<Option<ExitStatus>>,
}

impl Fork {
    /// One that was told to go on.
    pub(super) fn new(server: Arc<Server>, reply: Unforked, number: i32) -> Self {
        Self { server, reply, number, over: Mutex::new(None) }
    }

    pub(super) fn reply(&self) -> RawFd {
        self.reply.number()
    }

    pub(super) fn kill(&self) {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        if over.is_none() {
            sys::kill_group(self.number);
        }
    }

    pub(super) fn wait(&self) -> ExitStatus {
        let mut buffer = [0; LONGEST];
        // Not under the lock: it may take long, and somebody may want to end it.
        let told = sys::receive_within(self.reply.number(), &mut buffer, None);
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        let status = match told.map(|(size, _)| &buffer[..size]) {
            Ok([ENDED, status @ ..]) => status.try_into().map(i32::from_le_bytes).ok(),
            _ => None,
        };
        let status = over.unwrap_or_else(|| {
            ExitStatus::from_raw(status.unwrap_or_else(|| {
                // The server has died, and by that the fork was killed: what it had started is left.
                sys::kill_group(self.number);
                libc::SIGKILL
            }))
        });
        *over = Some(status);
        // The number is free from here on.
        let _ = sys::send(self.reply.number(), &[DONE], &[]);
        status
    }
}
