use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use uv_distribution_types::{InstalledDist, Name};
use uv_pep440::Version;

use super::entry::Entry;
use super::log;
use super::reading::Reading;
use crate::change::{Action, Change};

/// What is installed under some site-packages roots, all of it read at one moment and never again.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    dists: BTreeMap<(String, PathBuf), Installed>,
}

/// One installed distribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Installed {
    /// Normalized name.
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) editable: bool,
    /// The URL of a direct reference (PEP 610).
    pub(crate) url: Option<String>,
    /// Its dist-info or egg-info.
    pub(crate) path: PathBuf,
    /// The project directory of an editable install.
    pub(crate) editable_location: Option<String>,
    /// What is wrong with it, if anything is.
    pub(crate) broken: Option<&'static str>,
    /// Tells a re-install of the same version from no change: the identity of what `path` is.
    #[serde(skip)]
    identity: Option<Identity>,
    #[serde(skip)]
    parsed: Version,
}

type Identity = (u64, u64, SystemTime);

impl Picture {
    /// Lists the roots. What is no distribution, or can't be read as one, is passed over: uv does so too.
    pub(crate) fn list(roots: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut picture = Self::default();
        for root in roots {
            let Ok(entries) = fs_err::read_dir(&root) else { continue };
            for entry in entries.flatten() {
                let path = entry.path();
                if !path.extension().is_some_and(|ext| ext == "dist-info" || ext == "egg-info" || ext == "egg-link") {
                    continue;
                }
                // A dist-info that is a link is none for uv.
                let is_directory = || entry.file_type().is_ok_and(|kind| kind.is_dir());
                if path.extension().is_some_and(|ext| ext == "dist-info") && !is_directory() {
                    continue;
                }
                if let Ok(Some(dist)) = InstalledDist::try_from_path(&path) {
                    picture.add(&dist, path);
                }
            }
        }
        picture
    }

    /// Of distributions already read.
    pub(crate) fn of<'a>(dists: impl IntoIterator<Item = &'a InstalledDist>) -> Self {
        let mut picture = Self::default();
        for dist in dists {
            picture.add(dist, dist.install_path().to_path_buf());
        }
        picture
    }

    fn add(&mut self, dist: &InstalledDist, path: PathBuf) {
        let installed = Installed::of(dist, &path);
        self.dists.insert((installed.name.clone(), path), installed);
    }

    /// One more, as an Inventory read it. What can't be read is shown as far as its file name tells.
    pub(super) fn add_reading(&mut self, reading: &Reading, entry: &Entry) {
        if reading.is_nothing() {
            return;
        }
        let shown = match (reading.dist(), &entry.version) {
            (Some(dist), _) => Installed { broken: reading.broken(), ..Installed::of(dist, &entry.path) },
            (None, Some(version)) => Installed::unreadable(entry, version, reading.broken()),
            (None, None) => return,
        };
        self.dists.insert((shown.name.clone(), entry.path.clone()), shown);
    }

    /// All distributions, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Installed> {
        self.dists.values()
    }

    /// What became of `self` in `after`.
    pub(crate) fn changes_to(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let names = self.dists.values().chain(after.dists.values()).map(|dist| dist.name.as_str());
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            match (self.first_unlike(name, after), after.first_unlike(name, self)) {
                (None, None) => {}
                (Some(old), None) => changes.push(old.uninstalled()),
                (None, Some(new)) => changes.push(new.change(None)),
                (Some(old), Some(new)) => changes.push(new.change(Some(old))),
            }
        }
        changes
    }

    /// The distribution of this name that `other` does not have just so.
    fn first_unlike(&self, name: &str, other: &Self) -> Option<&Installed> {
        self.dists
            .iter()
            .filter(|((known, _), _)| known == name)
            .find(|(key, dist)| other.dists.get(*key) != Some(*dist))
            .map(|(_, dist)| dist)
    }
}

impl Installed {
    pub(super) fn of(dist: &InstalledDist, path: &Path) -> Self {
        let location = dist.as_editable().and_then(|url| url.to_file_path().ok());
        Self {
            name: dist.name().to_string(),
            version: dist.version().to_string(),
            editable: dist.is_editable(),
            url: log::url(dist),
            path: path.to_path_buf(),
            editable_location: location.map(|path| path.to_string_lossy().into_owned()),
            broken: None,
            identity: identity(path),
            parsed: dist.version().clone(),
        }
    }

    fn unreadable(entry: &Entry, version: &Version, broken: Option<&'static str>) -> Self {
        Self {
            name: entry.name.to_string(),
            version: version.to_string(),
            editable: false,
            url: None,
            path: entry.path.clone(),
            editable_location: None,
            broken,
            identity: None,
            parsed: version.clone(),
        }
    }

    fn uninstalled(&self) -> Change {
        Change {
            name: self.name.clone(),
            version: None,
            previous_version: Some(self.version.clone()),
            action: Action::Uninstalled,
            editable: self.editable,
            url: self.url.clone(),
        }
    }

    fn change(&self, before: Option<&Self>) -> Change {
        let action = before.map_or(Action::Installed, |before| Action::between(&before.parsed, &self.parsed));
        Change {
            name: self.name.clone(),
            version: Some(self.version.clone()),
            previous_version: before.map(|before| before.version.clone()),
            action,
            editable: self.editable,
            url: self.url.clone(),
        }
    }
}

/// Device, inode and birth: the directory of a re-installed distribution is a new one.
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let stat = std::fs::symlink_metadata(path).ok()?;
    // Not every filesystem knows it.
    let born = stat.created().or_else(|_| stat.modified()).ok()?;
    Some((stat.dev(), stat.ino(), born))
}
