use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use clap::CommandFactory;

use super::wire::LONGEST;
use crate::sys;

/// In a fork that is made in advance: gets ready, and waits for an order. It ends with the server.
pub(super) fn wait(link: &OwnedFd, server: i32) -> io::Result<Vec<OwnedFd>> {
    sys::die_with(server)?;
    get_ready();
    match sys::receive_within(link.as_raw_fd(), &mut [0; LONGEST], None)? {
        (0, _) => sys::leave(0),
        (_, carried) => Ok(carried),
    }
}

/// Brings into this process what uv's parser is made of: pages of the library, and memory to be used again. Most of
/// what a fork takes longer than its work is the kernel's time for pages that are touched first.
fn get_ready() {
    let mut command = uv_cli::Cli::command();
    let _ = command.try_get_matches_from_mut(["uv", "pip", "list"]);
    // What lies above the command's memory keeps the C library from giving it back to the system.
    let above = Box::leak(Box::new([0_u8; 32 << 10]));
    std::hint::black_box(above);
}
