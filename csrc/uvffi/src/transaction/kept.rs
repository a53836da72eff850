//! Users' files that can't stay where they were: put aside, never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uv_install_wheel::read_record_into_iter;

use super::place::Place;
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

/// Files that a user put into a dist-info, which went out: without it they would make half a distribution.
pub(crate) fn from_dist_info(place: &Place, tree: &Path, dist_info: &Path) -> Vec<PathBuf> {
    let directory = tree.join(dist_info);
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
    let (Some(name), Ok(record)) = (dist_info.file_name(), fs::File::open(dist_info.join("RECORD"))) else {
        return Ok(Vec::new());
    };
    let rows: Vec<PathBuf> = read_record_into_iter(record)
        .flatten()
        .filter_map(|row| Path::new(&row.path).strip_prefix(name).map(Path::to_path_buf).ok())
        .collect();
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
    for count in 1.. {
        let path = kept.join(format!("{}-{count}", name.display()));
        match fs::create_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    unreachable!("some name is free")
}
