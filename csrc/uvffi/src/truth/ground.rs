//! The configuration files that uv would read in this directory, there or not.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::recent::Recent;
use super::view::View;
use super::witness::{Reach, Witness, Witnesses};

/// So many more directories, asked by descriptors, cost what one path does.
const WORTH_IT: usize = 2;

/// The witnesses of all configuration in a view of the process: looked at now, or found to hold still. `None` where
/// they can't be told; what is not a file of settings itself is named by the call.
pub(super) fn of(view: &View) -> Option<Witnesses> {
    static LAST: Recent<View, Witnesses, 16> = Recent::new();

    if let Some(known) = LAST.get(view)
        && known.iter().all(|witness| witness.holds_by_path())
    {
        return Some(known);
    }
    let witnesses: Witnesses = Ground::look().ok()??.into();
    LAST.put(view.clone(), witnesses.clone());
    Some(witnesses)
}

/// What is absent, by directory, and what is there.
#[derive(Default)]
struct Ground {
    lacking: BTreeMap<PathBuf, BTreeSet<String>>,
    witnesses: Vec<Arc<Witness>>,
}

/// What uv looks for in the working directory and in each above it.
const IN_ANCESTORS: [&str; 3] = ["uv.toml", "pyproject.toml", ".venv"];

impl Ground {
    fn look() -> io::Result<Option<Vec<Arc<Witness>>>> {
        let cwd = env::current_dir()?;
        let mut ground = Self::default();
        for directory in cwd.ancestors() {
            let names = ground.lacking.entry(directory.to_path_buf()).or_default();
            names.extend(IN_ANCESTORS.map(String::from));
        }
        let Some(others) = others() else { return Ok(None) };
        for directory in others {
            ground.file(&directory.join("uv").join("uv.toml"))?;
        }
        ground.finish()
    }

    /// A file by its whole path: present, or absent in the nearest directory there is.
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let new = path.ancestors().skip(1).filter(|part| part.is_dir() && !self.lacking.contains_key(*part)).count();
        if new > WORTH_IT || !is_plain(path) {
            self.witnesses.push(match Witness::of(path, Reach::Behind) {
                Ok(witness) => witness,
                Err(_) => Witness::absent_behind(path)?,
            });
            return Ok(());
        }
        if path.is_file() {
            self.witnesses.push(Witness::of(path, Reach::Descriptor)?);
        }
        let mut path = path;
        while let (Some(directory), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) {
            // Up to the root: each proves that the path still leads to the next.
            let names = self.lacking.entry(directory.to_path_buf()).or_default();
            if path.symlink_metadata().is_err() {
                names.insert(name.to_owned());
            }
            path = directory;
        }
        Ok(())
    }

    /// Looks at each directory that is there, and at what is present in it after all.
    fn finish(mut self) -> io::Result<Option<Vec<Arc<Witness>>>> {
        for (directory, names) in std::mem::take(&mut self.lacking) {
            if !directory.is_dir() {
                continue;
            }
            let present: Vec<&str> = names
                .iter()
                .map(String::as_str)
                .filter(|name| directory.join(name).symlink_metadata().is_ok())
                .collect();
            let absent = names.iter().map(String::as_str).filter(|name| !present.contains(name));
            self.witnesses.push(Witness::lacking(&directory, Reach::Descriptor, absent)?);
            for name in present {
                let path = directory.join(name);
                if name == ".venv" || path.is_dir() {
                    // Which environment it is, and that it is the one in use, is the interpreter's matter.
                    continue;
                }
                let reach = if path.is_symlink() { Reach::Behind } else { Reach::Descriptor };
                self.witnesses.push(Witness::of(&path, reach)?);
                if name == "pyproject.toml" && spans_directories(&path) {
                    return Ok(None);
                }
            }
        }
        Ok(Some(self.witnesses))
    }
}

/// The directories of the user's and of the system's configuration, as uv finds them. `None` where the user's is told
/// by no variable.
fn others() -> Option<Vec<PathBuf>> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".config"));
    let user = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home)?;
    let system = variable("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
    Some([user].into_iter().chain(env::split_paths(&system)).chain([PathBuf::from("/etc")]).collect())
}

/// A workspace has members elsewhere, found by patterns.
fn spans_directories(pyproject: &Path) -> bool {
    std::fs::read_to_string(pyproject).is_ok_and(|text| text.contains("workspace"))
}

/// Whether a path is absolute, with neither dots nor links in what there is of it.
fn is_plain(path: &Path) -> bool {
    path.is_absolute()
        && path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)))
        && path.ancestors().all(|part| !part.is_symlink())
}
