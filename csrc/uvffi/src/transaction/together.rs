//! What is new is put in place in one directory, as far as no two of them have a name in common: to make one for each,
//! and to remove it, takes longer than all the renames.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::layout::Ground;
use super::manifest::Manifest;
use super::member::Member;
use super::stage::{Incoming, Origin};
use super::stages;

/// Which members of a Transaction have one directory in common, and what each puts there.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// By the member's number: its names, by their paths below the base.
    names: Vec<Option<Vec<PathBuf>>>,
}

impl Together {
    /// Gives those that can have it one directory.
    pub(super) fn of(members: &mut [Member], incoming: &[Incoming], ground: &Ground, stage: &Path) -> Self {
        if incoming.len() < 2 {
            return Self::default();
        }
        let mut taken = FxHashSet::default();
        let mut names = Vec::with_capacity(members.len());
        let directory = common(stage);
        for (member, one) in members.iter_mut().zip(incoming) {
            let own = (member.comes.is_none() && member.leaving.is_empty()).then(|| claims(one, ground)).flatten();
            let own = own.filter(|own| own.iter().all(|path| !taken.contains(path)));
            if let Some(own) = &own {
                taken.extend(own.iter().cloned());
                member.tree.clone_from(&directory);
            }
            names.push(own);
        }
        Self { names }
    }

    /// What one of them has put in place; `None` where it has a directory of its own.
    pub(super) fn manifest(&self, at: usize, root: &Path) -> io::Result<Option<Manifest>> {
        let names = self.names.get(at).and_then(Option::as_ref);
        names.map(|names| Manifest::of_names(root, names)).transpose()
    }

    /// Whether nothing is in their directory but what one of them was to put there.
    pub(super) fn is_told_apart(&self, stage: &Path, ground: &Ground) -> io::Result<bool> {
        let root = common(stage);
        let taken: FxHashSet<&Path> = self.names.iter().flatten().flatten().map(PathBuf::as_path).collect();
        let places: Vec<&Path> = ground.places().into_iter().filter_map(|place| ground.relative(place)).collect();
        let mut directories = vec![PathBuf::new()];
        while let Some(directory) = directories.pop() {
            for name in listed(&root.join(&directory))? {
                let path = directory.join(name);
                if taken.contains(path.as_path()) {
                    continue;
                }
                // A directory of the scheme, or one above it.
                if !places.iter().any(|place| place.starts_with(&path)) {
                    return Ok(false);
                }
                directories.push(path);
            }
        }
        Ok(true)
    }

    /// Gives each its own directory after all, to be filled; which they are.
    pub(super) fn part(&mut self, members: &mut [Member], stage: &Path) -> Vec<usize> {
        stages::remove(&common(stage));
        let apart: Vec<usize> = (0..self.names.len()).filter(|at| self.names[*at].take().is_some()).collect();
        apart.iter().for_each(|at| members[*at].tree = stage.join(at.to_string()));
        apart
    }
}

fn common(stage: &Path) -> PathBuf {
    stage.join("new")
}

/// The paths below the base that a wheel is going to put in place, as far as that is easily told.
fn claims(one: &Incoming, ground: &Ground) -> Option<Vec<PathBuf>> {
    let Origin::Wheel(wheel, _) = &one.from else { return None };
    let [site, other] = ground.roots().map(|root| ground.relative(root));
    let [_, _, scripts, ..] = ground.places().map(|place| ground.relative(place));
    let (site, scripts) = (site.filter(|_| site == other)?, scripts?);
    let mut names = Vec::new();
    for name in listed(&wheel.archive).ok()? {
        let path = Path::new(&name);
        match path.extension().and_then(|kind| kind.to_str()) {
            // It has parts that go elsewhere.
            Some("data") => return None,
            Some("dist-info") => {
                let points = fs::read_to_string(wheel.archive.join(path).join("entry_points.txt"));
                let before = names.len();
                names.extend(points.iter().flat_map(|text| scripts_of(text)).map(|script| scripts.join(script)));
                // uv makes one more of pip's, by Python's version.
                if names[before..].iter().any(|script| script.ends_with("pip3")) {
                    return None;
                }
            }
            _ => {}
        }
        names.push(site.join(path));
    }
    Some(names)
}

/// The names that may become scripts: those of all sections, for what is not there takes nobody's place.
fn scripts_of(entry_points: &str) -> impl Iterator<Item = &str> {
    let names = entry_points.lines().filter_map(|line| Some(line.split_once('=')?.0.trim()));
    names.filter(|name| Path::new(name).file_name().is_some_and(|file| file == *name))
}

/// The names in a directory; none where there is none.
fn listed(directory: &Path) -> io::Result<Vec<OsString>> {
    match fs::read_dir(directory) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
