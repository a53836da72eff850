//! Python's bytecode of what came or went. It is made anew when it is missing, so that nothing here may fail.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::strangers;

/// Removes the bytecode of modules: each the path of its cache, and the module's name in that.
pub(crate) fn remove(modules: &[PathBuf]) {
    for module in modules {
        let (Some(cache), Some(stem)) = (module.parent(), module.file_name()) else { continue };
        for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if entry.file_type().is_ok_and(|kind| strangers::is_bytecode(&name, kind)) && stem_of(&name) == Some(stem) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// `six` of `six.cpython-311.pyc`.
fn stem_of(name: &OsStr) -> Option<&OsStr> {
    name.to_str()?.split('.').next().map(OsStr::new)
}

/// Whether a path is that of a source.
pub(crate) fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "py")
}
