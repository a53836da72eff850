//! All of uv as one function, for a process of its own.
//!
//! A crate apart because uv's entry point is generic: it is compiled where it is called, all of uv's commands with
//! it. Here that happens once, and not at each change of the engine.
#![allow(unsafe_code)]

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs uv with these words, the first of which is the name it was called by.
///
/// # Safety
/// No other thread may be running: uv sets variables and takes over the process.
pub unsafe fn main(words: Vec<OsString>) -> ExitCode {
    // SAFETY: the caller's promise, passed on.
    unsafe { uv::main(words) }
}
