//! Raw system calls, the one folder beside `abi.rs` that may need `unsafe`.
#![allow(unsafe_code)]

mod descriptor;
mod environ;
mod library;
mod memory;
mod signals;
mod stat;

#[cfg(test)]
pub(crate) use descriptor::duplicate_onto;
pub(crate) use descriptor::{Descriptor, limit, open_count, priority_event};
pub(crate) use environ::each_variable;
pub(crate) use library::library;
pub(crate) use memory::{forked, resident_bytes, trim};
pub(crate) use signals::block_broken_pipe;
pub(crate) use stat::{Stat, filesystem, kernel, stat, stat_cwd, stat_descriptor};
