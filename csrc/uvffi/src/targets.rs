//! Where a Child's command will work: which site-packages to list before and after it, to tell what it changed.
//!
//! The Child decides for itself; this is only a view of it. What can't be foreseen is told as no environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::inventory::Picture;
use crate::reply::Place;

/// The places a Child's command may change.
pub(crate) struct Targets {
    prefixes: Vec<PathBuf>,
    flat: Vec<PathBuf>,
}

/// What a Child is told, and by whom.
pub(crate) struct Told<'a> {
    pub(crate) argv: &'a [OsString],
    pub(crate) cwd: &'a Path,
    pub(crate) var: &'a dyn Fn(&str) -> Option<OsString>,
}

impl Targets {
    /// The places that a command line names or uv would find, as far as directories alone tell.
    pub(crate) fn of(told: &Told<'_>) -> Self {
        let mut words = told.argv.iter().filter(|word| !word.as_encoded_bytes().starts_with(b"-"));
        let command = words.next().map_or("", |word| word.to_str().unwrap_or_default());
        let mut targets = Self { prefixes: Vec::new(), flat: Vec::new() };
        let base =
            told.option(&["--directory"], "UV_WORKING_DIRECTORY").map_or(told.cwd.into(), |dir| told.cwd.join(dir));
        match command {
            "pip" => targets.pip(told, &base),
            "venv" => {
                // One of these is the path; the others are values of options and name no environment.
                targets.prefixes.extend(words.map(|word| base.join(word)));
                if targets.prefixes.is_empty() {
                    targets.prefixes.push(base.join(".venv"));
                }
            }
            "sync" | "add" | "remove" | "run" => targets.project(told, &base),
            _ => {}
        }
        targets
    }

    fn pip(&mut self, told: &Told<'_>, base: &Path) {
        if let Some(target) = told.option(&["--target", "-t"], "") {
            self.flat.push(base.join(target));
        } else if let Some(prefix) = told.option(&["--prefix"], "") {
            self.prefixes.push(base.join(prefix));
        } else if let Some(python) = told.option(&["--python", "-p"], "UV_PYTHON") {
            self.prefixes.extend(prefix_of(&base.join(python)));
        } else if told.argv.iter().any(|word| word == "--system") || (told.var)("UV_SYSTEM_PYTHON").is_some() {
            // A system interpreter is found by running it: not from here.
        } else if let Some(active) = (told.var)("VIRTUAL_ENV").or_else(|| (told.var)("CONDA_PREFIX")) {
            self.prefixes.push(base.join(active));
        } else {
            self.prefixes.extend(base.ancestors().map(|dir| dir.join(".venv")).find(|venv| venv.is_dir()));
        }
    }

    fn project(&mut self, told: &Told<'_>, base: &Path) {
        let base = told.option(&["--project"], "UV_PROJECT").map_or(base.into(), |project| base.join(project));
        let roots = base.ancestors().filter(|dir| dir.join("pyproject.toml").is_file());
        match (told.var)("UV_PROJECT_ENVIRONMENT").filter(|name| !name.is_empty()) {
            Some(name) => self.prefixes.extend(roots.map(|dir| dir.join(&name))),
            None => self.prefixes.extend(roots.map(|dir| dir.join(".venv"))),
        }
        if told.argv.iter().any(|word| word == "--active") {
            self.prefixes.extend((told.var)("VIRTUAL_ENV").map(PathBuf::from));
        }
    }

    /// What is installed there now.
    pub(crate) fn inventory(&self) -> Picture {
        Picture::list(self.roots())
    }

    /// The site-packages directories there are.
    pub(crate) fn roots(&self) -> impl Iterator<Item = PathBuf> {
        self.prefixes.iter().flat_map(|prefix| site_packages(prefix)).chain(self.flat.iter().cloned())
    }

    /// The environment, if there is just one that it can be.
    pub(crate) fn place(&self) -> Option<Place> {
        let mut existing = self.prefixes.iter().filter(|prefix| prefix.is_dir());
        let prefix = existing.next()?;
        if existing.next().is_some() || !self.flat.is_empty() {
            return None;
        }
        let python = prefix.join("bin/python");
        python.exists().then(|| Place {
            prefix: prefix.to_string_lossy().into_owned(),
            python: python.to_string_lossy().into_owned(),
            python_version: version_of(prefix).unwrap_or_default(),
        })
    }
}

impl Told<'_> {
    /// The value of the last of these options, `--name value`, `--name=value` or `-nvalue`; else of the variable.
    fn option(&self, names: &[&str], variable: &str) -> Option<PathBuf> {
        let mut found = None;
        for (at, word) in self.argv.iter().enumerate() {
            let Some(word) = word.to_str() else { continue };
            for name in names {
                let Some(rest) = word.strip_prefix(name) else { continue };
                if rest.is_empty() {
                    found = self.argv.get(at + 1).map(PathBuf::from).or(found);
                } else if let Some(value) = rest.strip_prefix('=') {
                    found = Some(PathBuf::from(value));
                } else if !name.starts_with("--") {
                    found = Some(PathBuf::from(rest));
                }
            }
        }
        found.or_else(|| (self.var)(variable).filter(|value| !value.is_empty()).map(PathBuf::from))
    }
}

/// The prefix of an environment that is named by its directory or its interpreter.
fn prefix_of(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return Some(path.to_path_buf());
    }
    let prefix = path.parent()?.parent()?;
    path.exists().then(|| prefix.to_path_buf())
}

/// Every site-packages under a prefix, of whatever Python.
fn site_packages(prefix: &Path) -> Vec<PathBuf> {
    let mut roots = Vec::new();
    for lib in ["lib", "lib64"] {
        // `lib64` is mostly a link to `lib`: once is enough.
        let lib = prefix.join(lib);
        let Ok(entries) = std::fs::read_dir(&lib) else { continue };
        if lib.is_symlink() {
            continue;
        }
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("python") || name.starts_with("pypy") {
                roots.push(entry.path().join("site-packages"));
            }
        }
    }
    roots
}

/// The version that `pyvenv.cfg` says.
fn version_of(prefix: &Path) -> Option<String> {
    let cfg = std::fs::read_to_string(prefix.join("pyvenv.cfg")).ok()?;
    cfg.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| matches!(key.trim(), "version_info" | "version"))
        .map(|(_, value)| value.trim().to_owned())
}
