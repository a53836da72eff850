use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use super::serve::Place;
use super::wire::{self, Carried, FAILED, GO, Order, READY};
use crate::sys::{self, Alone};

/// As long may a host think about it. It is shorter: this is for one that is not there any more and was not noticed.
const WORD: Duration = Duration::from_secs(30);

/// In a fork of the server: takes on what was ordered, and comes back with uv's words when the host says so.
pub(super) fn become_uv(alone: &Alone, place: &Place, mut carried: Vec<OwnedFd>) -> io::Result<Vec<OsString>> {
    let further = carried.split_off(Carried::Count as usize);
    let [reply, order, directory, stdin, stdout, stderr] =
        <[OwnedFd; Carried::Count as usize]>::try_from(carried).map_err(|_| io::ErrorKind::InvalidData)?;
    let order = match take_on(alone, place, order, directory) {
        Ok(order) if order.numbers.len() == further.len() => order,
        Ok(_) => return fail(&reply, &io::ErrorKind::InvalidData.into()),
        Err(error) => return fail(&reply, &error),
    };
    let standard = [(stdin, 0), (stdout, 1), (stderr, 2)];
    let wanted = standard.into_iter().chain(further.into_iter().zip(order.numbers.iter().copied())).collect();
    let reply = sys::keep_only(wanted, reply)?;
    // Last, since a limit may be lower than what was just used.
    if let Err(error) = sys::set_limits(&order.limits) {
        return fail(&reply, &error);
    }
    let own = std::process::id().to_le_bytes();
    sys::send(reply.as_raw_fd(), &[&[READY], own.as_slice()].concat(), &[])?;
    let mut word = [0; 1];
    match sys::receive_within(reply.as_raw_fd(), &mut word, Some(WORD)) {
        Ok((1, _)) if word[0] == GO => Ok(order.words),
        _ => sys::leave(1),
    }
}

fn take_on(alone: &Alone, place: &Place, order: OwnedFd, directory: OwnedFd) -> io::Result<Order> {
    sys::begin_session();
    sys::die_with(place.number)?;
    let (mut file, mut bytes) = (File::from(order), Vec::new());
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    let order = Order::from_bytes(&bytes)?;
    sys::enter(&directory)?;
    sys::set_ignored(place.ignored, order.ignored & !sys::CHILD_ENDED | sys::BROKEN_PIPE);
    sys::set_umask(order.umask);
    sys::set_niceness(order.niceness)?;
    sys::set_variables(alone, wire::c_strings(&order.variables)?);
    sys::set_words(alone, &wire::c_strings(&order.words)?)?;
    Ok(order)
}

fn fail<T>(reply: &OwnedFd, error: &io::Error) -> io::Result<T> {
    let text = format!("the fork could not be made like a process of its own: {error}");
    let _ = sys::send(reply.as_raw_fd(), &[&[FAILED], text.as_bytes()].concat(), &[]);
    sys::leave(1)
}
