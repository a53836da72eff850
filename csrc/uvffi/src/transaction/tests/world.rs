use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uv_distribution_types::{InstalledDist, Name};
use uv_install_wheel::{Layout, LinkMode};
use uv_normalize::PackageName;
use uv_preview::Preview;
use uv_pypi_types::Scheme;

use super::staged::{Staged, Ways};
use crate::inventory::Inventory;
use crate::scratch::Scratch;
use crate::transaction::object::Object;
use crate::transaction::step::{Kind, Step};
use crate::transaction::{Failure, How, Incoming, Origin, Place, Wheel, Work};

const SITE: &str = "lib/python3.12/site-packages";
const PYTHON: &str = "/usr/bin/python3";

/// Everything in a directory by its path, with what it holds.
pub(super) type Picture = BTreeMap<PathBuf, String>;

/// A small environment, with unpacked wheels beside it.
pub(super) struct World {
    pub(super) scratch: Scratch,
    pub(super) place: Arc<Place>,
}

impl World {
    pub(super) fn new(name: &str) -> Self {
        let scratch = Scratch::new(&format!("transaction-{name}"));
        let prefix = scratch.join("venv");
        for directory in [SITE, "bin"] {
            fs::create_dir_all(prefix.join(directory)).unwrap();
        }
        Self { place: place(&prefix), scratch }
    }

    /// The same environment, as a process sees it that starts now.
    pub(super) fn again(self) -> Self {
        let Self { scratch, .. } = self;
        Self { place: place(&scratch.join("venv")), scratch }
    }

    pub(super) fn prefix(&self) -> PathBuf {
        self.scratch.join("venv")
    }

    pub(super) fn site(&self) -> PathBuf {
        self.prefix().join(SITE)
    }

    /// Writes a file in site-packages, as a user does.
    pub(super) fn write(&self, path: &str, text: &str) -> PathBuf {
        self.scratch.write(&format!("venv/{SITE}/{path}"), text)
    }

    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.site().join(path)).unwrap()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.site().join(path).symlink_metadata().is_ok()
    }

    /// A wheel as uv unpacks it; each unpacking has a place of its own.
    pub(super) fn wheel(&self, name: &str, version: &str, files: &[(&str, &str)]) -> Wheel {
        let archive = (0..).map(|at| self.scratch.join(format!("cache/{at}"))).find(|path| !path.exists()).unwrap();
        let info = format!("{name}-{version}.dist-info");
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        let tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
        let own = [(format!("{info}/METADATA"), metadata.as_str()), (format!("{info}/WHEEL"), tags)];
        let mut record = String::new();
        for (path, text) in own.into_iter().chain(files.iter().map(|(path, text)| ((*path).to_owned(), *text))) {
            write_file(&archive.join(&path), text);
            let sum = BASE64URL_NOPAD.encode(&Sha256::digest(text));
            writeln!(record, "{path},sha256={sum},{}", text.len()).unwrap();
        }
        writeln!(record, "{info}/RECORD,,").unwrap();
        write_file(&archive.join(&info).join("RECORD"), &record);
        Wheel {
            filename: format!("{name}-{version}-py3-none-any.whl"),
            archive,
            direct_url: None,
            cache_info: None,
            build_info: None,
            how: how(),
        }
    }

    /// A wheel with one package of three files, whose texts name the version.
    pub(super) fn package(&self, name: &str, version: &str) -> Wheel {
        let text = format!("version = '{version}'\n");
        let files = ["__init__.py", "core.py", "sub/deep.py"].map(|file| format!("{name}/{file}"));
        self.wheel(name, version, &files.each_ref().map(|path| (path.as_str(), text.as_str())))
    }

    /// What is installed by a name.
    pub(super) fn dists(&self, name: &str) -> Vec<InstalledDist> {
        let entries = fs::read_dir(self.site()).unwrap().map(|entry| entry.unwrap().path());
        let dists = entries.filter_map(|path| InstalledDist::try_from_path(&path).unwrap());
        dists.filter(|dist| dist.name().as_ref() == name).collect()
    }

    /// What comes, and what goes for it or is named to go.
    pub(super) fn sides(&self, comes: &[Wheel], goes: &[&str]) -> (Vec<Incoming>, Vec<InstalledDist>) {
        let incoming: Vec<Incoming> = comes.iter().cloned().map(incoming).collect();
        let names = incoming.iter().map(|one| one.name.as_ref()).chain(goes.iter().copied());
        let outgoing = names.flat_map(|name| self.dists(name)).collect();
        (incoming, outgoing)
    }

    /// Makes a change as a call does, and what is left to do after it.
    pub(super) fn try_change(&self, comes: &[Wheel], goes: &[&str]) -> Result<(), Failure> {
        let (incoming, outgoing) = self.sides(comes, goes);
        self.exchange(&incoming, &outgoing)
    }

    /// The same, of what was found out before.
    pub(super) fn exchange(&self, incoming: &[Incoming], outgoing: &[InstalledDist]) -> Result<(), Failure> {
        let changed = change(&self.place, &self.site(), incoming, outgoing, false);
        // As a while later.
        self.place.finish();
        self.place.write_down();
        changed
    }

    pub(super) fn change(&self, comes: &[Wheel], goes: &[&str]) {
        self.try_change(comes, goes).unwrap();
    }

    /// Stages and arranges a change.
    pub(super) fn stage(&self, comes: &[Wheel], goes: &[&str]) -> Staged<'_> {
        Staged::new(self, comes, goes, &Ways::default()).unwrap()
    }

    /// Makes a change of which nothing is kept in mind.
    pub(super) fn put(&self, comes: &[Wheel], goes: &[&str]) {
        self.stage(comes, goes).commit();
    }

    /// The environment, but for what lies beside it.
    pub(super) fn picture(&self) -> Picture {
        let mut found = picture(&self.prefix());
        found.retain(|path, _| !path.starts_with(".uvffi"));
        found
    }

    /// A path as the tests write it: below site-packages, or below the prefix.
    pub(super) fn short(&self, path: &Path) -> String {
        let (site, prefix) = (self.site(), self.prefix());
        let short = path.strip_prefix(site).or_else(|_| path.strip_prefix(prefix)).unwrap_or(path);
        short.to_str().unwrap().to_owned()
    }
}

impl Deref for World {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

/// Edits a file and gives it its times back.
pub(super) fn edit(path: &Path) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, text.to_uppercase()).unwrap();
    fs::File::open(path).unwrap().set_modified(modified).unwrap();
}

pub(super) fn place(prefix: &Path) -> Arc<Place> {
    place_of(layout(prefix), Some(prefix), None)
}

/// Another one each time, as of another process: a process has one for each lock.
pub(super) fn place_of(layout: Layout, venv: Option<&Path>, target: Option<&Path>) -> Arc<Place> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    let lock = format!(".lock-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let lock = layout.scheme.data.with_file_name(lock);
    Place::of(layout, lock, venv, target)
}

/// A rename that makes its distribution the first of a record.
pub(super) fn step(kind: Kind, beside: PathBuf, live: PathBuf, comes: Option<Object>, goes: Option<Object>) -> Step {
    Step { kind, beside, live, incoming: comes, outgoing: goes, replaces: None, dist: 0 }
}

pub(super) fn layout(prefix: &Path) -> Layout {
    Layout {
        sys_executable: PYTHON.into(),
        python_version: (3, 12),
        os_name: "posix".to_owned(),
        scheme: Scheme {
            purelib: prefix.join(SITE),
            platlib: prefix.join(SITE),
            scripts: prefix.join("bin"),
            data: prefix.to_path_buf(),
            include: prefix.join("include/site/python3.12"),
        },
    }
}

fn how() -> How {
    How { python: PYTHON.into(), link_mode: LinkMode::Copy, relocatable: false, installer_metadata: true }
}

pub(super) fn incoming(wheel: Wheel) -> Incoming {
    let mut parts = wheel.filename.split('-');
    let (name, version) = (parts.next().unwrap(), parts.next().unwrap().to_owned());
    let label = wheel.filename.clone();
    Incoming { name: PackageName::from_str(name).unwrap(), version, from: Origin::wheel(wheel), label }
}

pub(super) fn picture(directory: &Path) -> Picture {
    fn add(directory: &Path, below: &Path, picture: &mut Picture) {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let (path, kind) = (below.join(entry.file_name()), entry.file_type().unwrap());
            let text = if kind.is_symlink() {
                format!("-> {}", fs::read_link(entry.path()).unwrap().display())
            } else if kind.is_dir() {
                add(&entry.path(), &path, picture);
                "a directory".to_owned()
            } else {
                String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned()
            };
            picture.insert(path, text);
        }
    }
    let mut picture = Picture::new();
    add(directory, Path::new(""), &mut picture);
    picture
}

/// Makes a change in a place with this one site-packages directory.
pub(super) fn change(
    place: &Place,
    site: &Path,
    incoming: &[Incoming],
    outgoing: &[InstalledDist],
    durable: bool,
) -> Result<(), Failure> {
    let claim = Inventory::of([site.to_path_buf()]).claim(None);
    let asked = ("pip install".to_owned(), Value::Null);
    place
        .change(Work { incoming, outgoing, preview: Preview::default(), durable, claim, asked, journal: None })
        .map(drop)
}

fn write_file(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
