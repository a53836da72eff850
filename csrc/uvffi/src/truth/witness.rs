use std::ffi::{CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::descriptors;
use super::identity::{Identity, identity, identity_behind, identity_of_descriptor, same_object};
use super::trust::Trust;

/// Those that several answers share.
pub(crate) type Witnesses = Arc<[Arc<Witness>]>;

/// One fact on disk that an answer depended on. It may be asked any number of times whether it still holds.
#[derive(Debug)]
pub(crate) struct Witness {
    path: CString,
    fact: Fact,
    reach: Reach,
    /// The number of a descriptor held open on it, or `descriptors::NONE`.
    pub(super) held: AtomicI32,
    /// When it was last asked, by `descriptors::now`.
    pub(super) asked: AtomicU32,
}

#[derive(Debug)]
enum Fact {
    /// The path leads to this very object, and nothing about it changed.
    Same(Identity, Trust),
    /// There is nothing at the path.
    Absent,
    /// The path leads to the directory that it led to, and none of `names` (whole paths) is there. An equal identity
    /// proves it at once; else the names are asked for, and what is seen then is remembered in its place.
    Lacking { names: Box<[CString]>, armed: Mutex<(Identity, Trust)> },
}

/// How a witness may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// By a descriptor: other witnesses prove that the path still leads to the object.
    Descriptor,
    /// By its path, which does not end in a link.
    Path,
    /// By its path, through links.
    Behind,
}

/// What a look at a witness said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    AtOnce,
    /// After the names in a directory were asked for.
    Again,
    No,
}

impl Held {
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::AtOnce, Self::AtOnce) => Self::AtOnce,
            _ => Self::Again,
        }
    }
}

impl Witness {
    /// Looks at what is at a path now; what it stands for must be read afterwards.
    pub(crate) fn of(path: &Path, reach: Reach) -> io::Result<Arc<Self>> {
        let (path, seen) = look(path, reach)?;
        let trust = Trust::before_reading(&path, &seen);
        Ok(Self::new(path, Fact::Same(seen, trust), reach))
    }

    /// Looks at what was read since `began`, a time of [`moment`].
    pub(crate) fn of_what_was_read(path: &Path, reach: Reach, began: i64) -> io::Result<Arc<Self>> {
        let (path, seen) = look(path, reach)?;
        let trust = Trust::after_reading(&path, &seen, began);
        Ok(Self::new(path, Fact::Same(seen, trust), reach))
    }

    /// That there is nothing at a path; an error if there is.
    pub(crate) fn absent(path: &Path) -> io::Result<Arc<Self>> {
        Self::nothing(path, Reach::Path)
    }

    /// That a path leads nowhere, be there a link or not; an error if it leads somewhere.
    pub(crate) fn absent_behind(path: &Path) -> io::Result<Arc<Self>> {
        Self::nothing(path, Reach::Behind)
    }

    fn nothing(path: &Path, reach: Reach) -> io::Result<Arc<Self>> {
        let path = c_path(path.as_os_str())?;
        if !is_absent(&path, reach) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(Self::new(path, Fact::Absent, reach))
    }

    /// That a directory has none of `names`, which were just seen to be absent by the caller or will be by the reading
    /// that follows.
    pub(crate) fn lacking<'n>(
        directory: &Path,
        reach: Reach,
        names: impl IntoIterator<Item = &'n str>,
    ) -> io::Result<Arc<Self>> {
        let (path, seen) = look(directory, reach)?;
        let trust = Trust::before_reading(&path, &seen);
        let names: Box<[CString]> =
            names.into_iter().map(|name| c_path(directory.join(name).as_os_str())).collect::<io::Result<_>>()?;
        // What appeared since the caller asked would be in what was just seen.
        if !names.iter().all(|name| is_absent(name, Reach::Path)) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(Self::new(path, Fact::Lacking { names, armed: Mutex::new((seen, trust)) }, reach))
    }

    fn new(path: CString, fact: Fact, reach: Reach) -> Arc<Self> {
        Arc::new(Self { path, fact, reach, held: AtomicI32::new(descriptors::NONE), asked: AtomicU32::new(0) })
    }

    /// Whether an answer may be remembered by this witness: now, or later if at all.
    pub(crate) fn trust(&self) -> Trust {
        match &self.fact {
            Fact::Same(_, trust) => *trust,
            Fact::Absent => Trust::Full,
            // Where an equal identity says nothing, the names are asked for each time.
            Fact::Lacking { armed, .. } => match armed.lock().unwrap_or_else(PoisonError::into_inner).1 {
                Trust::Never => Trust::Never,
                _ => Trust::Full,
            },
        }
    }

    /// Whether the fact holds when asked by its path, and an answer may be remembered by it.
    pub(crate) fn holds_by_path(&self) -> bool {
        self.holds(true) != Held::No && self.trust().is_some()
    }

    /// What was seen, if it is one object's state.
    pub(crate) fn seen(&self) -> Option<&Identity> {
        match &self.fact {
            Fact::Same(seen, _) => Some(seen),
            Fact::Absent | Fact::Lacking { .. } => None,
        }
    }

    /// [`Self::holds`], with a note of when it was asked: `descriptors::now`. `cwd` is the working directory as it was
    /// just seen, which may be what is asked for.
    pub(super) fn ask(&self, by_path: bool, cwd: &Identity, now: u32) -> Held {
        self.asked.store(now, Ordering::Relaxed);
        if !by_path
            && let Fact::Lacking { armed, .. } = &self.fact
            && self.reach == Reach::Descriptor
            && let (seen, trust) = *armed.lock().unwrap_or_else(PoisonError::into_inner)
            && seen == *cwd
            && trust.lasts()
        {
            return Held::AtOnce;
        }
        self.holds(by_path)
    }

    /// Whether the fact still holds. With `by_path` no descriptor is believed: something may be mounted over the path.
    pub(crate) fn holds(&self, by_path: bool) -> Held {
        match &self.fact {
            Fact::Same(seen, trust) => {
                if trust.lasts() && self.now(by_path, seen).is_some_and(|now| now == *seen) {
                    Held::AtOnce
                } else {
                    Held::No
                }
            }
            Fact::Absent => {
                if is_absent(&self.path, self.reach) {
                    Held::AtOnce
                } else {
                    Held::No
                }
            }
            Fact::Lacking { names, armed } => {
                let (seen, trust) = *armed.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(now) = self.now(by_path, &seen) else { return Held::No };
                if now == seen && trust.lasts() {
                    return Held::AtOnce;
                }
                // The clock before the names: a tick that ends meanwhile is not old.
                let trust = Trust::before_reading(&self.path, &now);
                if !same_object(&now, &seen) || !names.iter().all(|name| is_absent(name, Reach::Path)) {
                    return Held::No;
                }
                *armed.lock().unwrap_or_else(PoisonError::into_inner) = (now, trust);
                Held::Again
            }
        }
    }

    /// The object's state now: by descriptor if that says what was `seen`, else by the path, which has the last word.
    fn now(&self, by_path: bool, seen: &Identity) -> Option<Identity> {
        if !by_path {
            let number = self.held.load(Ordering::Acquire);
            if number != descriptors::NONE {
                match identity_of_descriptor(number) {
                    Ok(now) if now == *seen => return Some(now),
                    now => descriptors::let_go(self, number, now.is_ok_and(|now| same_object(&now, seen))),
                }
            }
        }
        match self.reach {
            Reach::Descriptor | Reach::Path => identity(&self.path).ok(),
            Reach::Behind => identity_behind(&self.path).ok(),
        }
    }

    /// Whether its path leads to another object by now, or nowhere.
    pub(crate) fn is_gone(&self) -> bool {
        let now = self.seen().and_then(|seen| Some((seen, identity(&self.path).ok()?)));
        !now.is_some_and(|(seen, now)| same_object(&now, seen))
    }

    /// Whether this is the path that it tells of.
    pub(crate) fn leads(&self, path: &Path) -> bool {
        self.path.as_bytes() == path.as_os_str().as_bytes()
    }

    /// Whether a descriptor would make the next question faster.
    pub(super) fn could_be_held(&self) -> bool {
        self.may_be_held() && self.held.load(Ordering::Relaxed) == descriptors::NONE
    }

    /// Whether a descriptor may stand in for the path.
    pub(super) fn may_be_held(&self) -> bool {
        self.reach == Reach::Descriptor && !matches!(self.fact, Fact::Absent)
    }

    pub(super) fn path(&self) -> &std::ffi::CStr {
        &self.path
    }

    /// Whether a descriptor shows what this witness saw.
    pub(super) fn is_shown_by(&self, number: i32) -> bool {
        let Ok(now) = identity_of_descriptor(number) else { return false };
        match &self.fact {
            Fact::Same(seen, _) => same_object(&now, seen),
            Fact::Lacking { armed, .. } => same_object(&now, &armed.lock().unwrap_or_else(PoisonError::into_inner).0),
            Fact::Absent => false,
        }
    }
}

/// The present moment, for [`Witness::of_what_was_read`].
pub(crate) fn moment() -> i64 {
    super::clock::now()
}

fn look(path: &Path, reach: Reach) -> io::Result<(CString, Identity)> {
    let path = c_path(path.as_os_str())?;
    let seen = if reach == Reach::Behind { identity_behind(&path) } else { identity(&path) }?;
    Ok((path, seen))
}

fn is_absent(path: &std::ffi::CStr, reach: Reach) -> bool {
    let found = if reach == Reach::Behind { identity_behind(path) } else { identity(path) };
    found.is_err_and(|error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

pub(crate) fn c_path(path: &OsStr) -> io::Result<CString> {
    CString::new(path.as_bytes()).map_err(|_| io::ErrorKind::InvalidInput.into())
}

#[cfg(test)]
#[path = "witness_tests.rs"]
mod tests;
