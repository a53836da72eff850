use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::Manifest;
use super::object::Object;
use super::path_text;
use super::store::Store;
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
    /// Whether it is on the Shelf, and not live.
    pub(crate) shelved: bool,
    /// When it last came or went, in seconds since 1970.
    pub(crate) used: f64,
    /// Whether this process has seen all its files since it left.
    #[serde(skip)]
    pub(crate) proved: bool,
    /// Whether this process put it on the Shelf, and has not looked through it since.
    #[serde(skip)]
    pub(crate) unseen: bool,
    /// What the disk says of it.
    #[serde(skip)]
    pub(crate) written: Written,
}

/// What the file says that tells of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Written {
    /// There is none.
    #[default]
    Nothing,
    /// How it was before, or nothing yet.
    Before,
    /// The same.
    Now,
}

impl Tree {
    /// The directory of the Shelf that has it, if one does: named as the file that tells of it.
    pub(crate) fn directory(&self, store: &Store) -> Option<PathBuf> {
        self.shelved.then(|| store.on_shelf(self.object))
    }

    /// What the disk says of it is out of date.
    pub(crate) fn changed(&mut self) {
        if self.written == Written::Now {
            self.written = Written::Before;
        }
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
            shelved: false,
            used: 0.0,
            proved: false,
            unseen: false,
            written: Written::Nothing,
        }
    }

    /// The name of the file that tells of it: found by the distribution's name alone.
    pub(crate) fn file_name(&self) -> String {
        format!("{}@{}.json", self.name, self.object.name())
    }
}
