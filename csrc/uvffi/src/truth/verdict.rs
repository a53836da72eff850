use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::descriptors;
use super::footing::Footing;
use super::identity::Identity;
use super::mounts;
use super::witness::{Held, Witness};
use crate::freshness::Moment;
use crate::inventory::Basis;
use crate::sys;

/// An answer that rests on more than this would have all descriptors to itself.
const MOST_HELD: u32 = 64;

/// So many answers by paths within one while, in milliseconds, and descriptors pay.
const OFTEN: u32 = 4;
const WHILE: u32 = 16;

/// A remembered answer with all that it depended on.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The answer, as it crossed the ABI.
    pub(crate) json: Box<str>,
    pub(super) footing: Footing,
    /// What was looked at of what is installed.
    basis: Basis,
    /// Until when the index's facts are trusted.
    deadline: Option<Moment>,
    /// `mounts::epoch` when all was last seen by its paths.
    mounts: AtomicU64,
    /// How often it was given by paths in the same while, and which: see `is_worth_holding`.
    by_paths: AtomicU32,
    at: AtomicU32,
    /// When it was last given, by the memory's own count.
    pub(super) given: AtomicU64,
}

impl Verdict {
    /// Remembers an answer, or nothing where its basis can't be trusted yet, or ever.
    pub(crate) fn of(json: &str, footing: Footing, basis: Basis, deadline: Option<Moment>) -> Option<Self> {
        basis.is_trusted().then(|| Self {
            json: json.into(),
            basis,
            deadline,
            // Without the kernel's word on mounts, paths alone are asked; 0 never is an epoch.
            mounts: AtomicU64::new(footing.mounts.unwrap_or(0)),
            footing,
            by_paths: AtomicU32::new(0),
            at: AtomicU32::new(0),
            given: AtomicU64::new(0),
        })
    }

    /// Whether it still holds, and how much had to be looked at again for that. `cwd` is the working directory as it was
    /// just seen.
    pub(crate) fn holds(&self, cwd: &Identity) -> Held {
        if self.deadline.is_some_and(Moment::has_come) || !self.footing.has_its_variables() {
            return Held::No;
        }
        let forked = sys::forked();
        let mounts = if forked { None } else { mounts::epoch() };
        let by_path = mounts.is_none_or(|now| now != self.mounts.load(Ordering::Acquire));
        let now = descriptors::now();
        let mut held = self.basis.holds();
        let mut by_paths = 0;
        for witness in self.witnesses() {
            if held == Held::No {
                return Held::No;
            }
            held = held.and(witness.ask(by_path, cwd, now));
            by_paths += u32::from(witness.could_be_held());
        }
        if held == Held::No {
            return Held::No;
        }
        if let Some(epoch) = mounts
            && by_path
        {
            self.mounts.store(epoch, Ordering::Release);
        }
        if (1..=MOST_HELD).contains(&by_paths)
            && !forked
            && (descriptors::has_room(by_paths) || self.is_worth_holding(now))
        {
            descriptors::hold(self.witnesses());
        }
        held
    }

    /// Whether it is asked for so often just now that descriptors pay: each costs as much as some answers.
    fn is_worth_holding(&self, now: u32) -> bool {
        let at = now / WHILE;
        if self.at.swap(at, Ordering::AcqRel) != at {
            self.by_paths.store(0, Ordering::Release);
        }
        self.by_paths.fetch_add(1, Ordering::AcqRel) + 1 == OFTEN
    }

    fn witnesses(&self) -> impl Iterator<Item = &Arc<Witness>> {
        self.footing.witnesses().chain(self.basis.witnesses())
    }

    /// About how much memory it takes alone.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.json.len() + self.basis.size() + self.footing.witnesses.len() * 16
    }
}
