//! Several calls as one: from where to go back, kept on disk under a lock that ends with the process.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::history;
use super::place::Place;
use crate::sys;

/// Those that this process has begun.
static BEGUN: LazyLock<Mutex<HashMap<PathBuf, Begun>>> = LazyLock::new(Mutex::default);

/// One that this process has begun.
#[derive(Debug)]
struct Begun {
    file: File,
    generation: u64,
    picture: Picture,
}

/// The versions that are installed of each name.
pub(crate) type Picture = BTreeMap<String, Vec<String>>;

fn path(place: &Place) -> PathBuf {
    place.store.root.join("transaction")
}

/// Begins one at a generation. The environment's lock is held.
pub(crate) fn begin(place: &Place, generation: u64, picture: Picture) -> Result<(), String> {
    if !history::is_on(&place.store) {
        return Err("there is no history to go back in: only of a virtual environment, and without `UVFFI_HISTORY=0`"
            .to_owned());
    }
    let path = path(place);
    let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    if begun.contains_key(&path) {
        return Err("this process has begun one here already".to_owned());
    }
    let told = |error: std::io::Error| format!("`{}` can't be written: {error}", path.display());
    place.store.make().map_err(told)?;
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(told)?;
    if file.try_lock().is_err() {
        return Err("another process has begun one here, and not ended it".to_owned());
    }
    sys::close_in_children(file.as_raw_fd());
    file.set_len(0).and_then(|()| file.write_all(generation.to_string().as_bytes())).map_err(told)?;
    begun.insert(path, Begun { file, generation, picture });
    Ok(())
}

/// Whether this process has begun one.
pub(crate) fn is_begun(place: &Place) -> bool {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&path(place))
}

/// From which generation the one goes that this process has begun, and what was installed then.
pub(crate) fn begun(place: &Place) -> Result<(u64, Picture), String> {
    let begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    begun.get(&path(place)).map(|begun| (begun.generation, begun.picture.clone())).ok_or_else(none)
}

/// Ends it: what was done stays.
pub(crate) fn end(place: &Place) -> Result<(), String> {
    let path = path(place);
    let begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner).remove(&path).ok_or_else(none)?;
    let _ = std::fs::remove_file(path);
    sys::keep_in_children(begun.file.as_raw_fd());
    Ok(())
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
