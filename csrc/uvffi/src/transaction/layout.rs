use std::path::{Component, Path, PathBuf};

use uv_install_wheel::Layout;
use uv_pypi_types::Scheme;

/// Where a wheel's parts go, by paths that lead there without a link, relative to one base.
///
/// Two directories of the scheme that are one by a link (`lib64`) are one here.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) base: PathBuf,
    layout: Layout,
}

impl Ground {
    pub(crate) fn of(layout: &Layout) -> Self {
        let scheme = &layout.scheme;
        let scheme = Scheme {
            purelib: real(&scheme.purelib),
            platlib: real(&scheme.platlib),
            scripts: real(&scheme.scripts),
            data: real(&scheme.data),
            include: real(&scheme.include),
        };
        let mut base = scheme.data.clone();
        for path in [&scheme.purelib, &scheme.platlib, &scheme.scripts, &scheme.include] {
            while !path.starts_with(&base) && base.pop() {}
        }
        Self { base, layout: Layout { scheme, ..layout.clone() } }
    }

    /// The directories of the scheme.
    pub(crate) fn places(&self) -> [&Path; 5] {
        let scheme = &self.layout.scheme;
        [&scheme.purelib, &scheme.platlib, &scheme.scripts, &scheme.data, &scheme.include].map(PathBuf::as_path)
    }

    /// The site-packages directories.
    pub(crate) fn roots(&self) -> [&Path; 2] {
        [&self.layout.scheme.purelib, &self.layout.scheme.platlib]
    }

    /// The same layout below another directory.
    pub(crate) fn below(&self, root: &Path) -> Layout {
        let scheme = &self.layout.scheme;
        let moved = |path: &Path| root.join(self.relative(path).unwrap_or(Path::new("")));
        Layout {
            scheme: Scheme {
                purelib: moved(&scheme.purelib),
                platlib: moved(&scheme.platlib),
                scripts: moved(&scheme.scripts),
                data: moved(&scheme.data),
                include: moved(&scheme.include),
            },
            ..self.layout.clone()
        }
    }

    pub(crate) fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.base).ok()
    }

    /// Whether a path below the base lies in a site-packages directory: what is elsewhere is always shared.
    pub(crate) fn is_in_root(&self, path: &Path) -> bool {
        let live = self.base.join(path);
        self.roots().iter().any(|root| live.starts_with(root) && live != **root)
            && !self.places().iter().any(|place| place.starts_with(&live))
    }

    /// Whether uv would remove a file at this path as a distribution's: it lies where wheels put files.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.places().iter().any(|place| path.starts_with(place))
    }
}

/// A path without links, as far as there is something.
pub(crate) fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(found) = ancestor.canonicalize() {
            return match path.strip_prefix(ancestor) {
                Ok(rest) if !rest.as_os_str().is_empty() => found.join(rest),
                _ => found,
            };
        }
    }
    path.to_path_buf()
}

/// A path without `.` and `..`, by its words alone.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}
