use std::fs::DirEntry;
use std::os::unix::fs::DirEntryExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uv_distribution_filename::EggInfoFilename;
use uv_normalize::PackageName;
use uv_pep440::Version;

use super::figures;
use super::log::Had;
use super::past;
use super::reading::Reading;

/// A distribution by its place in a listing of site-packages: a name, mostly a version, and read only when needed.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: PackageName,
    /// `None` where only the metadata tells.
    pub(super) version: Option<Version>,
    pub(super) inode: u64,
    pub(super) latest: Mutex<Option<Arc<Reading>>>,
    /// Somebody said that it changed: to be read again, whatever its identity.
    pub(super) marked: AtomicBool,
    /// The number of the last listing that found it.
    pub(super) listed: AtomicU32,
}

impl Entry {
    /// What it holds, read again only where it is not proved to be as it was.
    pub(super) fn read(&self) -> Read {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let marked = self.marked.swap(false, Ordering::AcqRel);
        if let Some(reading) = &*latest
            && !marked
            && reading.holds()
        {
            return Read { reading: reading.clone(), before: None };
        }
        if latest.is_none()
            && let Some(reading) = past::again(&self.path)
        {
            *latest = Some(reading.clone());
            return Read { reading, before: None };
        }
        if let Some(reading) = latest.as_ref().filter(|_| !marked).and_then(|reading| reading.renewed(&self.path)) {
            let reading = Arc::new(reading);
            return Read { before: latest.replace(reading.clone()), reading };
        }
        figures::count_reading();
        let reading = Arc::new(Reading::of(&self.path));
        Read { before: latest.replace(reading.clone()), reading }
    }

    /// It is no longer listed.
    pub(super) fn leave(&self) {
        if let Some(reading) = &*self.latest.lock().unwrap_or_else(PoisonError::into_inner) {
            past::keep(reading);
        }
    }

    /// The same entry, marked.
    pub(super) fn renewed(&self) -> Self {
        Self {
            path: self.path.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            inode: self.inode,
            latest: Mutex::new(self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            marked: AtomicBool::new(true),
            listed: AtomicU32::new(self.listed.load(Ordering::Relaxed)),
        }
    }

    /// Whether it came new, was marked, or was found half-installed: readers of changes want to know what became of it.
    pub(super) fn is_unproved(&self) -> bool {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        self.marked.load(Ordering::Acquire) || latest.as_ref().is_some_and(|reading| reading.broken().is_some())
    }

    /// What is known of it without reading it now.
    pub(super) fn had(&self) -> Had {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.as_ref().and_then(|reading| reading.dist()) {
            Some(dist) => Had::of(dist),
            None => Had { version: self.version.clone(), editable: false, url: None },
        }
    }
}

/// What an entry holds, and what it was found to hold before if that is another thing.
pub(super) struct Read {
    pub(super) reading: Arc<Reading>,
    pub(super) before: Option<Arc<Reading>>,
}

/// What uv makes of an entry of site-packages.
pub(super) enum Kind {
    Distribution(Entry),
    /// Something that uv fails at or warns about, whatever was asked for.
    Odd,
    Nothing,
}

/// Looks at a name alone, as uv would at the whole.
pub(super) fn classify(entry: &DirEntry) -> Kind {
    let file_name = entry.file_name();
    let path = Path::new(&file_name);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let Some(extension @ ("dist-info" | "egg-info" | "egg-link")) = extension else { return Kind::Nothing };
    let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
    // A dist-info that is a file or a link is none for uv.
    if extension == "dist-info" && !is_directory {
        return Kind::Nothing;
    }
    let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { return Kind::Nothing };
    let named = match extension {
        "dist-info" => match stem.split_once('-') {
            None => return Kind::Nothing,
            Some((name, version)) => PackageName::from_str(name).ok().zip(Version::from_str(version).ok().map(Some)),
        },
        "egg-info" => EggInfoFilename::parse(stem).ok().map(|parsed| (parsed.name, parsed.version)),
        _ => PackageName::from_str(stem).ok().map(|name| (name, None)),
    };
    match named {
        Some((name, version)) => {
            let latest = Mutex::default();
            let (path, inode) = (entry.path(), entry.ino());
            let (marked, listed) = (AtomicBool::new(false), AtomicU32::new(0));
            Kind::Distribution(Entry { path, name, version, inode, latest, marked, listed })
        }
        None => Kind::Odd,
    }
}
