//! What a RECORD names.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use uv_install_wheel::read_record_into_iter;

use super::layout::plain;

/// A path, below the root that was asked for, and what is there must hold, if RECORD says so.
pub(crate) type Row = (PathBuf, Option<String>);

/// The rows of a dist-info's RECORD, by their paths below `root`, which stands for the directory that the dist-info is
/// in when it is live. Lines that can't be read are passed over.
pub(crate) fn rows(dist_info: &Path, root: &Path) -> io::Result<impl Iterator<Item = Row>> {
    let rows = read_record_into_iter(File::open(dist_info.join("RECORD"))?).flatten();
    Ok(rows.map(move |row| (plain(&root.join(&row.path)), row.hash.filter(|hash| !hash.is_empty()))))
}
