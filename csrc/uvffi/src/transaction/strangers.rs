//! What is in a package's directory that no RECORD of the outgoing distributions names.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::Stamp;
use super::node::Node;
use super::object::stat;
use super::record;

/// The things found, each by its path below the directory that was looked through; of a directory, itself alone.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    pub(crate) paths: Vec<PathBuf>,
    /// Whether something is mounted in it, which would go with it.
    pub(crate) mounted: bool,
    /// The directories that were looked through, by their paths below, each as it was just before.
    pub(crate) directories: Vec<(PathBuf, Stamp)>,
}

/// Looks through a live directory whose outgoing content `node` knows.
pub(crate) fn strangers(directory: &Path, node: &Node) -> io::Result<Strangers> {
    let mut found = Strangers::default();
    let mount = stat(directory)?.map(|stat| stat.mount);
    walk(directory, Path::new(""), node, mount, &mut found)?;
    Ok(found)
}

fn walk(directory: &Path, below: &Path, node: &Node, mount: Option<u64>, found: &mut Strangers) -> io::Result<()> {
    let here = stat(directory)?;
    found.mounted |= here.map(|stat| stat.mount) != mount;
    found.directories.extend(here.map(|stat| (below.to_path_buf(), Stamp::of(&stat))));
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let path = below.join(&name);
        match node.child(&name) {
            Some(child) if child.outgoing.is_some() && !kind.is_dir() => {}
            Some(child) if kind.is_dir() && (child.loses.is_some()) => {
                walk(&entry.path(), &path, child, mount, found)?;
            }
            _ if kind.is_dir() && name == "__pycache__" => {
                found.directories.extend(Stamp::at(&entry.path())?.map(|stamp| (path.clone(), stamp)));
                for entry in fs::read_dir(entry.path())? {
                    let entry = entry?;
                    if !is_bytecode(&entry.file_name(), entry.file_type()?) {
                        found.paths.push(path.join(entry.file_name()));
                    }
                }
            }
            _ => {
                found.mounted |= stat(&entry.path())?.map(|stat| stat.mount) != mount;
                found.paths.push(path);
            }
        }
    }
    Ok(())
}

/// Whether Python made it of a source beside it, or was about to: such a one has a number at its end.
pub(crate) fn is_bytecode(name: &OsStr, kind: FileType) -> bool {
    let Some(name) = name.to_str().filter(|_| kind.is_file()) else { return false };
    name.ends_with(".pyc") || name.ends_with(".pyo") || name.rsplit_once(".pyc.").is_some_and(|(_, end)| is_number(end))
}

/// Whether a path is that of bytecode.
pub(crate) fn is_in_cache(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|name| name == "__pycache__")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a distribution that stays has one of these paths in its RECORD: then it is no user's.
pub(crate) fn is_of_another(paths: &[PathBuf], roots: &[&Path], leaving: &[PathBuf]) -> io::Result<bool> {
    for root in roots {
        let entries = match fs::read_dir(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let dist_info = entry?.path();
            if dist_info.extension().is_none_or(|kind| kind != "dist-info") || leaving.contains(&dist_info) {
                continue;
            }
            let Ok(mut rows) = record::rows(&dist_info, root) else { continue };
            if rows.any(|(named, _)| paths.iter().any(|path| named.starts_with(path))) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
