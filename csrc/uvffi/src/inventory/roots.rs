use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

use uv_fs::CWD;
use uv_normalize::PackageName;

use super::log::Logged;
use super::look::Look;
use super::root::{Numbers, Root};
use crate::sys;

/// The roots that an Environment installs into, in the order in which they are looked through.
#[derive(Clone, Debug)]
pub(crate) struct Inventory {
    roots: Arc<[Arc<Root>]>,
    /// Another path that leads to one of them.
    alias: Option<PathBuf>,
}

/// The epoch of a root that becomes known.
static FIRST_EPOCH: AtomicU64 = AtomicU64::new(0);

static ROOTS: LazyLock<Mutex<BTreeMap<PathBuf, Arc<Root>>>> = LazyLock::new(Mutex::default);

impl Inventory {
    /// Of these directories, which need not exist. Environments share the roots that they have in common.
    pub(crate) fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut known = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
        let mut roots = Vec::new();
        for path in paths {
            // Only for what is relative: where there is no directory, asking for it ends the process.
            let path = if path.is_absolute() { path } else { CWD.join(path) };
            let root = match known.get(&path) {
                Some(root) => root.clone(),
                None => {
                    let root = Arc::new(Root::new(path.clone(), FIRST_EPOCH.load(Ordering::Acquire)));
                    known.insert(path, root.clone());
                    root
                }
            };
            roots.push(root);
        }
        Self { roots: roots.into(), alias: None }
    }

    /// With another path that leads to one of the roots now.
    pub(crate) fn with_alias(self, alias: Option<PathBuf>) -> Self {
        Self { alias, ..self }
    }

    /// Looks at the roots for one call.
    pub(crate) fn look(&self) -> io::Result<Look> {
        self.look_since(Instant::now())
    }

    /// The same for a call that began at a time, and may have looked by itself since.
    #[tracing::instrument(name = "inventory", level = "debug", skip_all)]
    pub(crate) fn look_since(&self, began: Instant) -> io::Result<Look> {
        Look::at(self.roots.clone(), self.alias.as_deref(), began)
    }

    /// What this engine is about to change, until the claim is dropped; `None`: any name.
    pub(crate) fn claim(&self, names: Option<&[PackageName]>) -> Claim {
        Claim(self.roots.iter().map(|root| (root.clone(), root.claim(names.map(<[_]>::to_vec)))).collect())
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(|root| root.path())
    }
}

/// Says that changes seen meanwhile are this engine's; at its end the roots are looked at, not believed.
#[derive(Debug)]
pub(crate) struct Claim(Vec<(Arc<Root>, u64)>);

impl Claim {
    pub(crate) fn roots(&self) -> Vec<Arc<Root>> {
        self.0.iter().map(|(root, _)| root.clone()).collect()
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for (root, claim) in &self.0 {
            root.release(*claim);
        }
    }
}

/// What a Child is about to change, as far as it is known: any name in these roots.
pub(crate) fn claim_known(paths: impl Iterator<Item = PathBuf>) -> Claim {
    if sys::forked() {
        return Claim(Vec::new());
    }
    let known = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
    let roots = paths.filter_map(|path| known.get(&path).cloned());
    Claim(
        roots
            .map(|root| {
                let claim = root.claim(None);
                (root, claim)
            })
            .collect(),
    )
}

/// All roots the engine knows.
pub(crate) fn all_roots() -> Vec<Arc<Root>> {
    // Never waits: a forked child asks for its status too.
    ROOTS.try_lock().map(|known| known.values().cloned().collect()).unwrap_or_default()
}

fn chosen(path: Option<&Path>) -> Vec<Arc<Root>> {
    let known = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
    match path {
        None => known.values().cloned().collect(),
        Some(path) => known
            .values()
            .filter(|root| root.path() == path || path.canonicalize().is_ok_and(|real| is_behind(root, &real)))
            .cloned()
            .collect(),
    }
}

fn is_behind(root: &Root, real: &Path) -> bool {
    root.path().canonicalize().is_ok_and(|path| path == real)
}

/// Marks names in one root, or all; gives back the roots.
pub(crate) fn mark(path: Option<&Path>, names: &[PackageName]) -> Vec<PathBuf> {
    let roots = chosen(path);
    for root in &roots {
        root.mark(names);
    }
    roots.iter().map(|root| root.path().to_path_buf()).collect()
}

/// Forgets what is known of one root, or of all; gives back the roots.
pub(crate) fn forget(path: Option<&Path>) -> Vec<PathBuf> {
    let roots = chosen(path);
    for root in &roots {
        root.forget();
    }
    roots.iter().map(|root| root.path().to_path_buf()).collect()
}

/// Forgets the roots themselves. Those that become known later begin with an epoch that none of these had.
pub(crate) fn forget_all() {
    super::past::forget();
    let roots = std::mem::take(&mut *ROOTS.lock().unwrap_or_else(PoisonError::into_inner));
    let last = roots.values().map(|root| root.last_epoch()).max();
    FIRST_EPOCH.fetch_max(last.map_or(0, |last| last + 1), Ordering::AcqRel);
}

/// What a reader of changes is told.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) numbers: Numbers,
    /// Up to which generation this tells: before the first change that is still being made.
    pub(crate) generation: u64,
    /// `None`: they can't be told one by one.
    pub(crate) changes: Option<Vec<Logged>>,
    /// Names whose metadata is being written just now.
    pub(crate) unsettled: Vec<String>,
}

/// Looks at one root, which becomes known by that, and tells what changed since a generation.
pub(crate) fn changes(path: &Path, since: Option<u64>) -> io::Result<Changes> {
    let inventory = Inventory::of([path.to_path_buf()]);
    let look = inventory.look()?;
    Ok(look.changes(since))
}
