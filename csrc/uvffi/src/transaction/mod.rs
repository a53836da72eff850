//! Prepare beside, commit by rename: no environment is ever half-changed.
//!
//! 1. [`stage`]: each distribution that comes is put in a tree of its own beside the live one, or taken from the Shelf.
//! 2. [`arrange`]: from what comes and what goes to the renames that do it; users' files are carried along.
//! 3. [`commit`]: the [`journal`] is written, then the renames are done; [`recover`] finishes what a dead process began.
//!
//! All of it needs the environment's lock.

mod after;
mod apart;
mod arrange;
mod back;
pub(crate) mod blocks;
mod bytecode;
mod carried;
mod commit;
pub(crate) mod faults;
mod findings;
mod history;
mod journal;
mod kept;
mod layout;
mod left;
mod manifest;
mod member;
mod near;
mod node;
mod object;
mod outcome;
mod past;
mod path_text;
mod place;
mod record;
mod recover;
mod refused;
mod settle;
mod shelf;
mod stage;
mod stages;
mod step;
mod store;
mod strangers;
mod sums;
#[cfg(test)]
mod tests;
mod together;
mod tree;
mod trees;
mod turn;
mod wheel;

use std::time::{Duration, SystemTime};

use crate::calls;

pub(crate) use after::wait_until;
pub(crate) use history::Entry;
pub(crate) use member::is_dist_info;
pub(crate) use object::is_mount;
pub(crate) use outcome::Changed;
pub(crate) use past::NoWay;
pub(crate) use place::{Lock, Place, Work};
pub(crate) use recover::Recovered;
pub(crate) use stage::{Incoming, Origin};
pub(crate) use wheel::{How, Wheel};

/// Why a change was not made, or not wholly.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nothing was changed.
    Unchanged(anyhow::Error),
    /// It can't be made by renames here, for this reason; nothing was changed.
    Unfit(String),
    /// Nothing was changed: its call was cancelled.
    Cancelled,
    /// Something was changed, and could not be undone: the next call tries again.
    Stuck(anyhow::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Unchanged(error.into())
    }
}

/// Whether a change may begin now: from here on its call can't be cancelled any more.
pub(crate) fn may_commit() -> bool {
    calls::current().is_none_or(|call| call.begin_commit())
}

fn system_now() -> SystemTime {
    SystemTime::now()
}

/// Since 1970.
fn now() -> Duration {
    system_now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
