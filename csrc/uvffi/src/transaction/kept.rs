//! Users' files that can't stay where they were: put aside, never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::place::Place;
use super::record;
use super::tree::Tree;
use crate::sys;

/// What installers write into a dist-info, named by RECORD or not.
const THEIRS: [&str; 8] = [
    "RECORD",
    "RECORD.jws",
    "RECORD.p7s",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
];

/// Files that a user put into a dist-info, which went out: without it they would make half a distribution. `known` is
/// what was known of it.
pub(crate) fn from_dist_info(place: &Place, tree: &Path, dist_info: &Path, known: Option<&Tree>) -> Vec<PathBuf> {
    let directory = tree.join(dist_info);
    if known.is_some_and(|known| known.dist_info == dist_info && known.manifest.has_its_names_below(tree, dist_info)) {
        return Vec::new();
    }
    let strangers = strangers(&directory).unwrap_or_default();
    if strangers.is_empty() {
        return Vec::new();
    }
    let Ok(aside) = new(place, dist_info.file_name().unwrap_or_default().as_ref()) else { return Vec::new() };
    let put = |name: &&PathBuf| {
        let made = aside.join(name).parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| sys::move_to(&directory.join(name), &aside.join(name))).is_ok()
    };
    strangers.iter().filter(put).map(|name| aside.join(name)).collect()
}

fn strangers(dist_info: &Path) -> io::Result<Vec<PathBuf>> {
    let (Some(name), Ok(rows)) = (dist_info.file_name(), record::rows(dist_info, Path::new(""))) else {
        return Ok(Vec::new());
    };
    let rows: Vec<PathBuf> = rows.filter_map(|(path, _)| path.strip_prefix(name).map(Path::to_path_buf).ok()).collect();
    let mut found = Vec::new();
    unnamed(dist_info, Path::new(""), &rows, &mut found)?;
    found.retain(|path| !THEIRS.iter().any(|own| path == Path::new(own)));
    Ok(found)
}

/// Files that no row names, and directories in which there is nothing else.
fn unnamed(directory: &Path, below: &Path, rows: &[PathBuf], found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if rows.contains(&path) {
            continue;
        }
        if entry.file_type()?.is_dir() && rows.iter().any(|row| row.starts_with(&path)) {
            unnamed(&entry.path(), &path, rows, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// A whole directory that went out.
pub(crate) fn aside(place: &Place, directory: &Path) -> Option<PathBuf> {
    let aside = new(place, Path::new("went-out")).ok()?;
    sys::move_to(directory, &aside.join("tree")).ok().map(|()| aside)
}

fn new(place: &Place, name: &Path) -> io::Result<PathBuf> {
    let kept = place.store.root.join("kept");
    fs::create_dir_all(&kept)?;
    free(|count| kept.join(format!("{}-{count}", name.display())), |path| fs::create_dir(path))
}

/// Takes the first of the names that `take` finds free.
pub(super) fn free(name: impl Fn(u32) -> PathBuf, take: impl Fn(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    for count in 1.. {
        let path = name(count);
        match take(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            taken => return taken.map(|()| path),
        }
    }
    unreachable!("some name is free")
}
