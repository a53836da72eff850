use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::object::Object;
use super::{faults, path_text};
use crate::sys;

/// One rename of a Transaction. What its state is, the disk says, never a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    /// Beside the live tree: where what comes in is, and what goes out will be.
    #[serde(with = "path_text")]
    pub(crate) beside: PathBuf,
    #[serde(with = "path_text")]
    pub(crate) live: PathBuf,
    pub(crate) incoming: Option<Object>,
    pub(crate) outgoing: Option<Object>,
    /// Of what comes in: what an earlier step takes out of its place, where there is no exchange.
    pub(crate) replaces: Option<Object>,
    /// Which distribution of the Transaction it belongs to.
    pub(crate) dist: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    In,
    Exchange,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    NotDone,
    Done,
    /// Somebody else was here.
    Foreign,
}

impl Step {
    pub(crate) fn state(&self) -> io::Result<State> {
        let (beside, live) = (Object::at(&self.beside)?, Object::at(&self.live)?);
        let now = (beside, live);
        let not_done = match self.kind {
            Kind::In => (self.incoming, None),
            Kind::Exchange => (self.incoming, self.outgoing),
            Kind::Out => (None, self.outgoing),
        };
        // One and the same object under both names, as of a wheel that is installed again: there is nothing to tell.
        let done = (not_done.1, not_done.0);
        let waits = self.replaces.is_some() && now == (self.incoming, self.replaces);
        // Something else is there by now: what came after, or another tool's.
        let is_out = self.kind == Kind::Out && now.0 == self.outgoing && now.1 != self.outgoing;
        Ok(if now == not_done || waits {
            State::NotDone
        } else if now == done || is_out {
            State::Done
        } else {
            State::Foreign
        })
    }

    /// Does it, or does it again after an `undo`.
    pub(crate) fn perform(&self) -> io::Result<()> {
        match self.kind {
            Kind::In => sys::move_to(&self.beside, &self.live),
            Kind::Exchange => sys::exchange(&self.beside, &self.live),
            Kind::Out => sys::move_to(&self.live, &self.beside),
        }
    }

    pub(crate) fn undo(&self) -> io::Result<()> {
        faults::point("step.undo")?;
        match self.kind {
            Kind::In => sys::move_to(&self.live, &self.beside),
            Kind::Exchange => sys::exchange(&self.beside, &self.live),
            Kind::Out => sys::move_to(&self.beside, &self.live),
        }
    }

    /// Whether it is about a dist-info directory.
    pub(crate) fn is_dist_info(&self) -> bool {
        self.live.extension().is_some_and(|kind| kind == "dist-info")
    }

    /// Where what went out is now, if anything did.
    pub(crate) fn outgoing_place(&self) -> Option<&Path> {
        self.outgoing.map(|_| self.beside.as_path())
    }
}
