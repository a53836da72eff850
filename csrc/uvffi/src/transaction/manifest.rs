use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::near::{Near, Nested};
use super::object::{Object, stat};
use super::sums::Sums;
use super::{path_text, strangers};
use crate::sys::{Stat, Time};

/// All that one distribution has on disk, below a base or below a tree beside it; by which is known that nothing of it
/// changed. Python's bytecode is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Directories that are wholly its own, each before those in it.
    pub(crate) directories: Vec<Entry>,
    pub(crate) files: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    #[serde(with = "path_text")]
    pub(crate) path: PathBuf,
    pub(crate) stamp: Stamp,
}

/// How something was when it was known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub(crate) object: Object,
    pub(crate) size: u64,
    pub(crate) mode: u16,
    pub(crate) modified: Time,
    pub(crate) changed: Time,
}

impl Stamp {
    pub(crate) fn of(stat: &Stat) -> Self {
        let Stat { size, mode, modified, changed, .. } = *stat;
        Self { object: Object::of(stat), size, mode, modified, changed }
    }

    pub(crate) fn at(path: &Path) -> io::Result<Option<Self>> {
        Ok(stat(path)?.as_ref().map(Self::of))
    }

    fn is_link(&self) -> bool {
        u32::from(self.mode) & libc::S_IFMT == libc::S_IFLNK
    }

    /// The same but for the time of the last change, which a new name or a rename moves too.
    pub(crate) fn is_but_renamed(&self, now: &Self) -> bool {
        Self { changed: now.changed, ..*self } == *now
    }
}

impl Manifest {
    /// Of a tree that was just made, and is nobody else's.
    pub(crate) fn of(tree: &Path) -> io::Result<Self> {
        let mut manifest = Self::default();
        manifest.add(tree, Path::new(""))?;
        Ok(manifest)
    }

    /// The same of some names in a tree, as far as there is something, with all that is in them.
    pub(crate) fn of_names(tree: &Path, names: &[PathBuf]) -> io::Result<Self> {
        let mut manifest = Self::default();
        for name in names {
            if let Some(stamp) = Stamp::at(&tree.join(name))? {
                manifest.note(tree, name.clone(), stamp)?;
            }
        }
        Ok(manifest)
    }

    fn add(&mut self, tree: &Path, below: &Path) -> io::Result<()> {
        for entry in fs::read_dir(tree.join(below))? {
            let entry = entry?;
            if let Some(stamp) = Stamp::at(&entry.path())? {
                self.note(tree, below.join(entry.file_name()), stamp)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, tree: &Path, path: PathBuf, stamp: Stamp) -> io::Result<()> {
        if stamp.object.is_directory() {
            self.directories.push(Entry { path: path.clone(), stamp });
            self.add(tree, &path)
        } else {
            self.files.push(Entry { path, stamp });
            Ok(())
        }
    }

    /// Of a tree that another tool had installed and that has gone out: what its RECORD names, if each file is there
    /// and holds what it should.
    pub(crate) fn of_record(tree: &Path, sums: &Sums, own: impl Fn(&Path) -> bool) -> io::Result<Option<Self>> {
        let mut manifest = Self::default();
        let mut directories = std::collections::BTreeSet::new();
        for path in sums.paths()? {
            let at = tree.join(&path);
            if strangers::is_in_cache(&path) {
                continue;
            }
            let Some(stamp) = Stamp::at(&at)?.filter(|stamp| !stamp.is_link()) else { return Ok(None) };
            if !sums.fit(&at, &path)? && !sums.is_without(&path) {
                return Ok(None);
            }
            directories.extend(path.ancestors().skip(1).filter(|path| own(path)).map(Path::to_path_buf));
            manifest.files.push(Entry { path, stamp });
        }
        for path in directories {
            let Some(stamp) = Stamp::at(&tree.join(&path))? else { return Ok(None) };
            manifest.directories.push(Entry { path, stamp });
        }
        Ok(Some(manifest))
    }

    /// About how much disk it takes; what is linked from uv's cache takes none twice, but is counted.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.stamp.size).sum()
    }

    /// Whether all its directories are as they were, so that no name in them came or went.
    pub(crate) fn has_its_directories(&self, base: &Path) -> io::Result<bool> {
        let mut nested = Nested::below(base, self.directories.len());
        for directory in &self.directories {
            if nested.stamp(&directory.path)? != Some(directory.stamp) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether one of its files is as it was; true of what it does not have.
    pub(crate) fn has_file(&self, path: &Path, at: &Path) -> io::Result<bool> {
        let file = self.files.iter().find(|file| file.path.as_os_str() == path.as_os_str());
        file.map_or(Ok(true), |file| Ok(Stamp::at(at)? == Some(file.stamp)))
    }

    /// Whether no name came or went in its directories at and below a path, though they may have been renamed.
    pub(crate) fn has_its_names_below(&self, base: &Path, path: &Path) -> bool {
        let mut directories = self.directories.iter().filter(|entry| entry.path.starts_with(path)).peekable();
        directories.peek().is_some()
            && directories.all(|entry| {
                let now = Stamp::at(&base.join(&entry.path));
                now.is_ok_and(|now| now.is_some_and(|now| entry.stamp.is_but_renamed(&now)))
            })
    }

    /// Notes its directories anew, after a change that was made on purpose.
    pub(crate) fn look_again(&mut self, tree: &Path) -> io::Result<()> {
        for directory in &mut self.directories {
            if let Some(stamp) = Stamp::at(&tree.join(&directory.path))? {
                directory.stamp = stamp;
            }
        }
        Ok(())
    }

    /// Notes anew when that was changed which was renamed by itself, unless it is something else by now. `files`: they
    /// were looked at right before; else a file has to prove what it holds.
    pub(crate) fn renamed(&mut self, base: &Path, paths: &[PathBuf], files: bool) -> io::Result<()> {
        let files = if files { &mut self.files[..] } else { &mut [] };
        for entry in self.directories.iter_mut().chain(files) {
            // As text: telling the components of a thousand paths apart takes longer than the renames.
            if paths.iter().any(|path| path.as_os_str() == entry.path.as_os_str())
                && let Some(now) = Stamp::at(&base.join(&entry.path))?
                && entry.stamp.is_but_renamed(&now)
            {
                entry.stamp = now;
            }
        }
        Ok(())
    }

    /// The directories among these entries that are below a site-packages directory, as against those of the scheme.
    pub(crate) fn keep_directories(&mut self, own: impl Fn(&Path) -> bool) {
        self.directories.retain(|directory| own(&directory.path));
    }

    /// Looks through a tree that has left the environment: whether it is as it was installed. `sums` tells what a file
    /// of it must hold. Bytecode stays with it.
    pub(crate) fn prove(&mut self, tree: &Path, sums: &Sums) -> io::Result<bool> {
        let mut near = Near::to(tree);
        for file in &mut self.files {
            let Some(now) = near.stamp(&file.path)? else { return Ok(false) };
            if now != file.stamp {
                let path = tree.join(&file.path);
                // A further name, here or in another environment, moves the time of the last change; so does an edit.
                if !file.stamp.is_but_renamed(&now) || !sums.fit(&path, &file.path)? {
                    return Ok(false);
                }
                file.stamp = now;
            }
        }
        let known = Known {
            files: self.files.iter().map(|file| file.path.as_os_str()).collect(),
            directories: self.directories.iter().map(|directory| directory.path.as_os_str()).collect(),
        };
        let mut found = Vec::new();
        for directory in &self.directories {
            let is_first = directory.path.parent().is_none_or(|above| !known.directories.contains(above.as_os_str()));
            if is_first && !known.look(tree, &directory.path, &mut found)? {
                return Ok(false);
            }
        }
        self.directories = found;
        Ok(true)
    }
}

/// The paths that a tree has, as text: of each there is one spelling.
struct Known<'m> {
    files: FxHashSet<&'m OsStr>,
    directories: FxHashSet<&'m OsStr>,
}

impl Known<'_> {
    /// Notes a directory and those in it, in which there may be nothing but what is known.
    fn look(&self, tree: &Path, path: &Path, found: &mut Vec<Entry>) -> io::Result<bool> {
        let directory = tree.join(path);
        let mut below = Vec::new();
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            let (name, kind, path) = (entry.file_name(), entry.file_type()?, path.join(entry.file_name()));
            if kind.is_dir() {
                if !self.directories.contains(path.as_os_str()) && name != "__pycache__" {
                    return Ok(false);
                }
                below.push(path);
            } else {
                let is_bytecode = || strangers::is_in_cache(&path) && strangers::is_bytecode(&name, kind);
                if !self.files.contains(path.as_os_str()) && !is_bytecode() {
                    return Ok(false);
                }
            }
        }
        let Some(stamp) = Stamp::at(&directory)? else { return Ok(false) };
        found.push(Entry { path: path.to_path_buf(), stamp });
        for path in below {
            if !self.look(tree, &path, found)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
