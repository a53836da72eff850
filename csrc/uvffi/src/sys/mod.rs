//! Raw system calls, the one folder beside `abi.rs` that may need `unsafe`.
#![allow(unsafe_code)]

mod descriptor;
mod environ;
mod fork;
mod library;
mod memory;
mod rename;
mod signals;
mod stat;

#[cfg(test)]
pub(crate) use descriptor::duplicate_onto;
pub(crate) use descriptor::{Descriptor, limit, open_count, priority_event};
pub(crate) use environ::each_variable;
pub(crate) use fork::{close_in_children, keep_in_children};
pub(crate) use library::library;
pub(crate) use memory::{forked, resident_bytes, trim};
pub(crate) use rename::{
    exchange, is_another_filesystem, is_unsupported, link, move_to, reserve, sync_filesystem, touch,
};
pub(crate) use signals::block_broken_pipe;
#[cfg(feature = "faults")]
pub(crate) use signals::kill_this_process;
pub(crate) use stat::{Stat, Time, filesystem, kernel, stat, stat_cwd, stat_descriptor};
