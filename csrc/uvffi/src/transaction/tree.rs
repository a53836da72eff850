use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::Manifest;
use super::object::Object;
use super::path_text;
use super::wheel::Wheel;

/// A distribution that a Transaction put in place, or took out: live, or on the Shelf.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tree {
    pub(crate) name: String,
    pub(crate) version: String,
    /// What it was made of; not known of what another tool had installed.
    pub(crate) wheel: Option<Wheel>,
    /// The wheel's key.
    pub(crate) key: Option<String>,
    /// Its dist-info, by the path below the base; and which object that is.
    #[serde(with = "path_text")]
    pub(crate) dist_info: PathBuf,
    pub(crate) object: Object,
    pub(crate) manifest: Manifest,
    /// The directory on the Shelf that has it; none while it is live.
    pub(crate) shelved: Option<Shelved>,
    /// When it last came or went, in seconds since 1970.
    pub(crate) used: f64,
    /// Whether this process has seen all its files since it left.
    #[serde(skip)]
    pub(crate) proved: bool,
    /// Whether this process put it on the Shelf.
    #[serde(skip)]
    pub(crate) ours: bool,
    /// Whether what is on disk says the same.
    #[serde(skip)]
    pub(crate) written: bool,
}

/// A place on the Shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shelved(#[serde(with = "path_text")] pub(crate) PathBuf);

impl Tree {
    pub(crate) fn at(&self) -> Option<&Path> {
        self.shelved.as_ref().map(|place| place.0.as_path())
    }

    /// What another tool has installed, which is about to go out: what is its own is known by its RECORD only, later.
    pub(crate) fn of_another(name: &str, version: &str, dist_info: &Path, object: Object) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            wheel: None,
            key: None,
            dist_info: dist_info.to_path_buf(),
            object,
            manifest: Manifest::default(),
            shelved: None,
            used: 0.0,
            proved: false,
            ours: false,
            written: false,
        }
    }

    /// The name of the file that tells of it: found by the distribution's name alone.
    pub(crate) fn file_name(&self) -> String {
        format!("{}@{}.json", self.name, self.object.name())
    }
}
