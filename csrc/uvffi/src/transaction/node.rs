use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path};

/// What comes in and what goes out below one directory, by name.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) children: BTreeMap<OsString, Self>,
    /// The distributions that bring this, or something below it; the last one of a file wins, as with uv.
    pub(crate) incoming: Vec<usize>,
    /// Whether what comes in here is a directory.
    pub(crate) directory: bool,
    /// The distribution whose RECORD names this very path, of those that go out.
    pub(crate) outgoing: Option<usize>,
    /// The last distribution that loses something here or below.
    pub(crate) loses: Option<usize>,
}

impl Node {
    /// The node of a relative path, made where it is not there; `visit` sees each node on the way.
    fn reach(&mut self, path: &Path, mut visit: impl FnMut(&mut Self)) -> &mut Self {
        let mut node = self;
        for part in path.components() {
            let Component::Normal(name) = part else { continue };
            visit(node);
            node = node.children.entry(name.to_owned()).or_default();
        }
        node
    }

    /// A file, link or directory that comes in.
    pub(crate) fn bring(&mut self, path: &Path, directory: bool, dist: usize) {
        let add = |node: &mut Self| {
            if node.incoming.last() != Some(&dist) {
                node.incoming.push(dist);
            }
        };
        let node = self.reach(path, |node| {
            node.directory = true;
            add(node);
        });
        node.directory |= directory;
        add(node);
    }

    /// A path that a RECORD names of a distribution that goes out.
    pub(crate) fn lose(&mut self, path: &Path, dist: usize) {
        let node = self.reach(path, |node| node.loses = Some(dist));
        node.loses = Some(dist);
        node.outgoing = Some(dist);
    }

    pub(crate) fn child(&self, name: &OsStr) -> Option<&Self> {
        self.children.get(name)
    }

    /// The one distribution that brings all that comes in here.
    pub(crate) fn bringer(&self) -> Option<usize> {
        match self.incoming[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The node of a path below.
    pub(crate) fn at(&self, path: &Path) -> Option<&Self> {
        path.components().try_fold(self, |node, part| node.child(part.as_os_str()))
    }

    /// Whether a file comes at a path below.
    pub(crate) fn brings(&self, path: &Path) -> bool {
        self.at(path).is_some_and(|node| node.is_brought() && !node.directory)
    }

    pub(crate) fn is_brought(&self) -> bool {
        !self.incoming.is_empty()
    }
}
