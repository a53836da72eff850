use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use uv_install_wheel::Layout;

use super::faults;
use super::object::Object;

const NAME: &str = ".uvffi";
/// How often a stage is tried to be made while others leave.
const ATTEMPTS: usize = 64;
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
                   # Trees that uvffi put aside. They can be removed when no command runs.\n";

/// The directory beside what is installed, on the same filesystem: `.uvffi`.
///
/// In a virtual environment it stays, with what was put on the Shelf and the history. Of a target, a prefix or a system
/// Python it is there only while a Transaction is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) root: PathBuf,
    /// What the Transactions are about: the prefix or target.
    pub(crate) base: PathBuf,
    pub(crate) stays: bool,
}

impl Store {
    /// Of an environment (`venv` its prefix) or of what `--target` and `--prefix` name.
    pub(crate) fn of(layout: &Layout, venv: Option<&Path>, place: Option<&Path>) -> Self {
        match (place, venv) {
            (Some(place), _) => Self { root: place.join(NAME), base: place.to_path_buf(), stays: false },
            (None, Some(prefix)) => Self { root: prefix.join(NAME), base: prefix.to_path_buf(), stays: true },
            (None, None) => {
                let purelib = &layout.scheme.purelib;
                let base = purelib.parent().unwrap_or(purelib);
                Self { root: base.join(NAME), base: base.to_path_buf(), stays: false }
            }
        }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    pub(crate) fn stages(&self) -> PathBuf {
        self.root.join("stage")
    }

    pub(crate) fn shelf(&self) -> PathBuf {
        self.root.join("shelf")
    }

    /// Where the Shelf has what has this dist-info.
    pub(crate) fn on_shelf(&self, dist_info: Object) -> PathBuf {
        self.shelf().join(dist_info.name())
    }

    pub(crate) fn manifests(&self) -> PathBuf {
        self.root.join("manifests")
    }

    /// A place for a new stage that is nobody else's.
    pub(crate) fn new_stage(&self) -> PathBuf {
        static COUNT: AtomicU64 = AtomicU64::new(0);

        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        self.stages().join(format!("{}-{count}-{:x}", std::process::id(), super::now().subsec_nanos()))
    }

    /// Makes a stage, and what it is in.
    pub(crate) fn make_stage(&self, stage: &Path) -> io::Result<()> {
        faults::point("stage.make")?;
        // What a link leads to is not ours to write to, or to clear.
        if let Some(link) = [self.stages(), self.shelf(), self.manifests()].iter().find(|path| path.is_symlink()) {
            let what = format!("`{}` is a link, and has to be a directory: remove it", link.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let mut made = private(stage);
        // More than once: another process may leave just now, and take along what is empty.
        for _ in 0..ATTEMPTS {
            match made {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    made = self.make().and_then(|()| private(stage));
                }
                _ => break,
            }
        }
        made
    }

    pub(crate) fn make(&self) -> io::Result<()> {
        if !self.stays {
            // A target may not be there yet.
            fs::create_dir_all(&self.base)?;
        }
        existing(private(&self.root))?;
        existing(private(&self.stages()))?;
        let tag = self.root.join("CACHEDIR.TAG");
        if !tag.exists() {
            fs::File::create(&tag)?.write_all(TAG.as_bytes())?;
        }
        if self.stays {
            existing(private(&self.shelf()))?;
            existing(private(&self.manifests()))?;
        }
        Ok(())
    }

    /// Whether a directory is on the filesystem that the stages are on; one that isn't there counts by its parent.
    pub(crate) fn shares_filesystem_with(&self, directory: &Path) -> bool {
        let device = |path: &Path| path.ancestors().find_map(|path| path.metadata().ok()).map(|found| found.dev());
        device(&self.root) == device(directory)
    }

    /// Removes what is there only while a Transaction is, unless another one is under way.
    pub(crate) fn leave(&self) {
        if self.stays {
            return;
        }
        match fs::remove_dir(self.stages()) {
            // Another stage is in it: that one leaves later.
            Err(error) if error.kind() != io::ErrorKind::NotFound => {}
            // Not there: somebody died before it was made, or nothing is there at all.
            _ => {
                let _ = fs::remove_file(self.journal());
                let _ = fs::remove_file(self.root.join("CACHEDIR.TAG"));
                let _ = fs::remove_dir(&self.root);
            }
        }
    }
}

fn private(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(path)
}

fn existing(made: io::Result<()>) -> io::Result<()> {
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}
