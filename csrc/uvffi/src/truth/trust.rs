use std::ffi::CStr;
use std::time::Duration;

use super::identity::Identity;
use super::{clock, filesystem};

/// What an equal identity will mean at a later look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing changed since.
    Full,
    /// Nothing changed since, unless the clock was set: `clock::epoch()` at the look.
    WhileClockRuns(u32),
    /// Nothing yet: another change may leave the same times. To be read again.
    NotYet,
    /// Nothing, ever: a filesystem that another machine or a program keeps.
    Never,
}

/// A time that is this old by the clock is old for the kernel too.
const MARGIN: Duration = Duration::from_millis(20);

impl Trust {
    /// Of an identity that was just looked at, before what it stands for is read.
    pub(crate) fn before_reading(path: &CStr, identity: &Identity) -> Self {
        Self::at(path, identity, clock::now(), Duration::ZERO)
    }

    /// Of an identity that was looked at only after the reading began, at `began`.
    pub(super) fn after_reading(path: &CStr, identity: &Identity, began: i64) -> Self {
        // Even where times are never used twice: the change may have come between reading and look.
        Self::at(path, identity, began, Duration::from_millis(10))
    }

    /// Only the time of change counts: it can't be set, and whatever moves the other one moves it.
    fn at(path: &CStr, identity: &Identity, moment: i64, least: Duration) -> Self {
        let Some(grain) = filesystem::grain(path, identity) else { return Self::Never };
        let changed = identity.changed.0.saturating_mul(1_000_000_000).saturating_add(identity.changed.1.into());
        let coarse = grain.max(least);
        // Even where no time is used twice: an object bears its new time a moment before the change is there to be read.
        let wait = clock::nanoseconds(coarse + MARGIN);
        if moment.saturating_sub(changed) < wait {
            // In the future, too.
            return Self::NotYet;
        }
        if grain.is_zero() { Self::Full } else { Self::WhileClockRuns(clock::epoch()) }
    }

    /// Whether an answer may be remembered by it.
    pub(crate) fn is_some(self) -> bool {
        matches!(self, Self::Full | Self::WhileClockRuns(_))
    }

    /// Whether it is some trust, and the clock was not set since.
    pub(crate) fn lasts(self) -> bool {
        match self {
            Self::Full => true,
            Self::WhileClockRuns(epoch) => epoch == clock::epoch(),
            Self::NotYet | Self::Never => false,
        }
    }
}
