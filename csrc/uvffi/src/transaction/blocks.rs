//! Several calls as one: from where to go back, kept on disk under a lock that ends with the process.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::place::Place;
use crate::sys;

/// Those that this process has begun.
static BEGUN: LazyLock<Mutex<HashMap<PathBuf, (File, u64)>>> = LazyLock::new(Mutex::default);

fn path(place: &Place) -> PathBuf {
    place.store.root.join("transaction")
}

/// Begins one at a generation. The environment's lock is held.
pub(crate) fn begin(place: &Place, generation: u64) -> Result<(), String> {
    if !place.store.stays {
        return Err("only a virtual environment has a history to go back in".to_owned());
    }
    let path = path(place);
    let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    if begun.contains_key(&path) {
        return Err("this process has begun one here already".to_owned());
    }
    let told = |error: std::io::Error| format!("`{}` can't be written: {error}", path.display());
    place.store.make().map_err(told)?;
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(told)?;
    if file.try_lock().is_err() {
        return Err("another process has begun one here, and not ended it".to_owned());
    }
    sys::close_in_children(file.as_raw_fd());
    file.set_len(0).and_then(|()| file.write_all(generation.to_string().as_bytes())).map_err(told)?;
    begun.insert(path, (file, generation));
    Ok(())
}

/// From which generation the one goes that this process has begun.
pub(crate) fn begun(place: &Place) -> Result<u64, String> {
    let begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    begun.get(&path(place)).map(|(_, generation)| *generation).ok_or_else(none)
}

/// Ends it: what was done stays.
pub(crate) fn end(place: &Place) -> Result<u64, String> {
    let path = path(place);
    let (file, generation) = BEGUN.lock().unwrap_or_else(PoisonError::into_inner).remove(&path).ok_or_else(none)?;
    let _ = std::fs::remove_file(path);
    sys::keep_in_children(file.as_raw_fd());
    Ok(generation)
}

/// The generation to go back to that a dead process left, if one did. The environment's lock is held.
pub(crate) fn abandoned(place: &Place) -> Option<u64> {
    let path = path(place);
    let mut file = File::open(&path).ok()?;
    // Of this process, or of one that lives, it is locked.
    file.try_lock().ok()?;
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// What a dead process left is dealt with.
pub(crate) fn forget(place: &Place) {
    let _ = std::fs::remove_file(path(place));
}

fn none() -> String {
    "this process has begun none here".to_owned()
}
