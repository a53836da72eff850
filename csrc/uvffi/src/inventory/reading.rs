use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uv_distribution_types::{InstalledDist, InstalledDistKind};

use crate::truth::{Held, Identity, Reach, Witness, moment, same_object};

/// A distribution's metadata as it was read, with what proves that it is still so.
#[derive(Debug)]
pub(crate) struct Reading {
    /// `None` where it can't be read as a distribution, or is none.
    dist: Option<InstalledDist>,
    /// Whether uv passes it over without a word, as an egg-link that leads nowhere.
    nothing: bool,
    /// Whether it was gone by the time it was to be read.
    vanished: bool,
    broken: Option<&'static str>,
    witnesses: Box<[Arc<Witness>]>,
    /// By which an equal one is known: no two that were read have the same.
    number: u64,
    /// How many of the witnesses, the first ones, tell of all but the content of METADATA and WHEEL.
    shallow: usize,
}

/// What a dist-info may hold that is read: the first two have to be there, the others need not.
const FILES: [&str; 5] = ["METADATA", "WHEEL", "direct_url.json", "uv_cache.json", "uv_build.json"];

impl Reading {
    /// Reads a dist-info directory, an egg-info or an egg-link.
    pub(super) fn of(path: &Path) -> Self {
        let is_dist_info = path.extension().is_some_and(|extension| extension == "dist-info");
        let looked = if is_dist_info { dist_info(path) } else { egg(path) };
        let (witnesses, shallow) = match looked {
            Ok(looked) => looked,
            Err(error) => return Self::unseen(&error),
        };
        // After the looks: what is read now is what they saw, or newer.
        let read = InstalledDist::try_from_path(path);
        let broken = match &read {
            Err(_) => Some("its metadata can't be read"),
            Ok(Some(_)) if is_dist_info => half_installed(path),
            Ok(_) => None,
        };
        // Taken away while it was read: what is missing then says nothing.
        if broken.is_some() && witnesses.first().is_some_and(|witness| witness.is_gone()) {
            return Self::unseen(&io::ErrorKind::NotFound.into());
        }
        let nothing = matches!(read, Ok(None));
        let (dist, number) = (read.ok().flatten(), next());
        Self { dist, nothing, vanished: false, broken, witnesses, number, shallow }
    }

    /// Of what could not be looked at, or was gone.
    fn unseen(error: &io::Error) -> Self {
        let vanished = error.kind() == io::ErrorKind::NotFound;
        Self {
            dist: None,
            nothing: vanished,
            vanished,
            broken: (!vanished).then_some("it can't be looked at"),
            witnesses: Box::default(),
            number: next(),
            shallow: 0,
        }
    }

    /// The same, of a directory that came back, with a witness of how it is now. `None` if it came to another path, or
    /// a file in it is not what it was.
    pub(super) fn moved(&self, path: &Path, directory: Arc<Witness>) -> Option<Self> {
        let dist = self.dist.as_ref().filter(|dist| dist.install_path() == path)?;
        let (_, files) = self.witnesses.split_first()?;
        if !files.iter().all(|witness| witness.holds_by_path()) {
            return None;
        }
        let witnesses = std::iter::once(directory).chain(files.iter().cloned()).collect();
        let (dist, number, shallow) = (Some(dist.clone()), self.number, self.shallow);
        Some(Self { dist, nothing: false, vanished: false, broken: self.broken, witnesses, number, shallow })
    }

    /// The same once more, where only the directory can't be trusted by its times: everything that was read proves
    /// itself, and what was absent is absent.
    pub(super) fn renewed(&self, path: &Path) -> Option<Self> {
        self.whole()?;
        // Before the looks, so that what comes into it later is told by it.
        let directory = Witness::of(path, Reach::Descriptor).ok()?;
        if !same_object(directory.seen()?, self.identity()?) {
            return None;
        }
        let is_there = |file: &Path| file.symlink_metadata().is_ok();
        let is_as_then = |name: &&str| {
            let file = path.join(name);
            self.witnesses.iter().any(|witness| witness.leads(&file)) || !is_there(&file)
        };
        let renewed = self.moved(path, directory)?;
        (FILES.iter().all(is_as_then) && is_there(&path.join("RECORD"))).then_some(renewed)
    }

    /// A number that this content has and no other.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the listing that it was in is out of date.
    pub(super) fn has_vanished(&self) -> bool {
        self.vanished
    }

    /// The distribution, unless it is broken.
    pub(crate) fn whole(&self) -> Option<&InstalledDist> {
        self.dist.as_ref().filter(|_| self.broken.is_none())
    }

    /// The distribution as far as it could be read.
    pub(crate) fn dist(&self) -> Option<&InstalledDist> {
        self.dist.as_ref()
    }

    /// Whether it is no distribution at all.
    pub(crate) fn is_nothing(&self) -> bool {
        self.nothing
    }

    /// Whether not even its name and version can be relied on.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.dist.is_none() && !self.nothing
    }

    /// What is wrong with it.
    pub(crate) fn broken(&self) -> Option<&'static str> {
        self.broken
    }

    /// What an answer depends on that used it; not `deep`, all but the content of METADATA and WHEEL.
    pub(crate) fn witnesses(&self, deep: bool) -> &[Arc<Witness>] {
        if deep { &self.witnesses } else { &self.witnesses[..self.shallow] }
    }

    pub(super) fn is_trusted(&self) -> bool {
        !self.witnesses.is_empty() && self.witnesses.iter().all(|witness| witness.trust().is_some())
    }

    /// Whether it is still so, asked by paths: a descriptor does not see what is mounted over its path.
    pub(super) fn holds(&self) -> bool {
        self.is_trusted() && self.witnesses.iter().all(|witness| witness.holds(true) != Held::No)
    }

    /// The identity of its directory or file.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.witnesses.first().and_then(|witness| witness.seen())
    }

    /// Whether both saw the same objects, unchanged.
    pub(super) fn saw_the_same_as(&self, other: &Self) -> bool {
        self.witnesses.len() == other.witnesses.len()
            && self.witnesses.iter().zip(&other.witnesses).all(|(one, other)| one.seen() == other.seen())
    }

    /// Whether an installer may be at work on it: half there, and changed in the last seconds.
    pub(super) fn is_being_written(&self) -> bool {
        const LONG: i64 = 10;
        let changed = self.identity().map_or(0, |identity| identity.changed.0);
        self.broken.is_some() && moment() / 1_000_000_000 - changed < LONG
    }
}

fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What an installer that was stopped half-way, or a removal, left out. System package managers leave RECORD out on
/// purpose, and say in INSTALLER who they are.
fn half_installed(path: &Path) -> Option<&'static str> {
    let is_absent = |name| {
        let found = path.join(name).symlink_metadata();
        found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    if is_absent("METADATA") {
        return Some("it has no METADATA");
    }
    let ours = || match std::fs::read_to_string(path.join("INSTALLER")) {
        Ok(installer) => matches!(installer.trim(), "uv" | "pip" | ""),
        Err(_) => true,
    };
    (is_absent("RECORD") && ours()).then_some("it has no RECORD")
}

type Looked = (Box<[Arc<Witness>]>, usize);

/// The directory, which also proves what is absent in it, and each file in it that is read.
fn dist_info(path: &Path) -> io::Result<Looked> {
    let mut shallow = vec![Witness::of(path, Reach::Descriptor)?];
    let mut deep = Vec::new();
    for (at, name) in FILES.into_iter().enumerate() {
        if let Some(witness) = file(path.join(name))? {
            if at < 2 { deep.push(witness) } else { shallow.push(witness) }
        }
    }
    let count = shallow.len();
    shallow.append(&mut deep);
    Ok((shallow.into(), count))
}

/// A file in a directory that has its own witness. One behind a link is asked for by its path.
fn file(path: PathBuf) -> io::Result<Option<Arc<Witness>>> {
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let reach = if found.is_symlink() { Reach::Behind } else { Reach::Descriptor };
    match Witness::of(&path, reach) {
        // A link that leads nowhere: the directory's witness tells when it is another one.
        Err(error) if error.kind() == io::ErrorKind::NotFound && found.is_symlink() => {
            Witness::absent_behind(&path).map(Some)
        }
        witness => witness.map(Some),
    }
}

/// The rare kinds: whatever they lead to, by paths.
fn egg(path: &Path) -> io::Result<Looked> {
    let mut witnesses = vec![Witness::of(path, Reach::Path)?];
    let mut add = |path: &Path| -> io::Result<()> {
        witnesses.push(match Witness::of(path, Reach::Behind) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Witness::absent_behind(path)?,
            witness => witness?,
        });
        Ok(())
    };
    add(path)?;
    add(&path.join("PKG-INFO")).or_else(|error| match error.kind() {
        // An egg-info that is a file.
        io::ErrorKind::NotADirectory => Ok(()),
        _ => Err(error),
    })?;
    if let Ok(Some(dist)) = InstalledDist::try_from_path(path)
        && let InstalledDistKind::LegacyEditable(linked) = &dist.kind
    {
        add(&linked.egg_info)?;
        add(&linked.egg_info.join("PKG-INFO"))?;
    }
    let count = witnesses.len();
    Ok((witnesses.into(), count))
}
