use std::cell::OnceCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::record;

/// What the files of a distribution must hold, as its RECORD says; read when it is first asked.
pub(crate) struct Sums {
    dist_info: PathBuf,
    /// The dist-info by its path below the base.
    below: PathBuf,
    rows: OnceCell<Rows>,
}

/// By the path below the base; RECORD itself has none.
type Rows = FxHashMap<PathBuf, Option<String>>;

impl Sums {
    /// Of the distribution whose dist-info is at `below` in `tree`.
    pub(crate) fn of(tree: &Path, below: &Path) -> Self {
        Self { dist_info: tree.join(below), below: below.to_path_buf(), rows: OnceCell::new() }
    }

    /// All paths that RECORD names, below the base.
    pub(crate) fn paths(&self) -> io::Result<Vec<PathBuf>> {
        Ok(self.rows()?.keys().cloned().collect())
    }

    /// Whether RECORD names a path and says nothing of what it holds.
    pub(crate) fn is_without(&self, below: &Path) -> bool {
        self.rows().is_ok_and(|rows| rows.get(below).is_some_and(Option::is_none))
    }

    /// Whether a file holds what it should; one of which nothing is known doesn't.
    pub(crate) fn fit(&self, file: &Path, below: &Path) -> io::Result<bool> {
        let Some(Some(wanted)) = self.rows()?.get(below) else { return Ok(false) };
        let mut sum = Sha256::new();
        io::copy(&mut fs::File::open(file)?, &mut sum)?;
        let found = BASE64URL_NOPAD.encode(&sum.finalize());
        Ok(wanted.strip_prefix("sha256=").is_some_and(|wanted| wanted.trim_end_matches('=') == found))
    }

    fn rows(&self) -> io::Result<&Rows> {
        if self.rows.get().is_none() {
            let root = self.below.parent().unwrap_or(Path::new(""));
            let _ = self.rows.set(record::rows(&self.dist_info, root)?.collect());
        }
        self.rows.get().ok_or_else(|| io::ErrorKind::Other.into())
    }
}
