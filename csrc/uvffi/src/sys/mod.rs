//! Raw system calls, the one folder beside `abi.rs` that may need `unsafe`.
#![allow(unsafe_code)]

mod descriptor;
mod environ;
mod fork;
mod handover;
mod inherited;
mod library;
mod memory;
mod process;
mod rename;
mod signals;
mod socket;
mod stat;
mod thread;
mod words;

#[cfg(test)]
pub(crate) use descriptor::duplicate_onto;
pub(crate) use descriptor::{Descriptor, limit, open_count, priority_event};
pub(crate) use environ::{each_variable, set_variable, set_variables, take_variable};
pub(crate) use fork::{close_in_children, keep_in_children};
pub(crate) use handover::{borrowed, enter, inheritable, keep_only, nameless_file, open_directory, take_over};
pub(crate) use inherited::{
    BROKEN_PIPE, CHILD_ENDED, Limit, limits, manners, niceness, set_ignored, set_limits, set_niceness, set_umask,
};
pub(crate) use library::library;
pub(crate) use memory::{forked, resident_bytes, shared, trim};
pub(crate) use process::{
    Alone, at_exit, begin_session, die_with, gets_orphans, is_unreaped, kill, kill_group, leave, process_handle, reap,
    started, status_unreaped, wait_unreaped,
};
pub(crate) use rename::{
    exchange, is_another_filesystem, is_unsupported, link, move_to, reserve, sync_filesystem, touch,
};
pub(crate) use signals::block_broken_pipe;
#[cfg(feature = "faults")]
pub(crate) use signals::kill_this_process;
pub(crate) use socket::{hang_up, poll, receive, receive_within, send, socket_pair, waiting};
pub(crate) use stat::{Stat, Time, filesystem, kernel, stat, stat_cwd, stat_descriptor, stat_in};
pub(crate) use thread::{since_boot, thread_number};
pub(crate) use words::set_words;
