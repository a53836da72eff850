use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use uv_distribution_types::InstalledDist;
use uv_installer::SitePackages;
use uv_normalize::PackageName;
use uv_types::InstalledPackagesProvider;

use super::look::{Found, Look};

/// What the resolver is told to be installed. A broken distribution is not: it shall be installed again.
#[derive(Clone)]
pub(crate) enum Installed {
    /// Nothing, whatever there is.
    Nothing,
    /// By the Inventory: a name is read when the resolver comes to it.
    Looked(Arc<Lazily>),
    /// By uv's own look.
    Listed(Box<SitePackages>),
}

/// Every name, with what will be read of it.
pub(crate) struct Lazily {
    look: Arc<Look>,
    names: FxHashMap<PackageName, OnceLock<Arc<[Found]>>>,
}

impl Installed {
    pub(crate) fn of(look: &Arc<Look>) -> Self {
        let names = look.names().into_iter().map(|name| (name, OnceLock::new())).collect();
        Self::Looked(Arc::new(Lazily { look: look.clone(), names }))
    }
}

impl Lazily {
    fn get(&self, name: &PackageName) -> &[Found] {
        match self.names.get(name) {
            Some(found) => found.get_or_init(|| self.look.get(name)),
            None => {
                // The answer depends on its absence.
                self.look.get(name);
                &[]
            }
        }
    }
}

impl InstalledPackagesProvider for Installed {
    fn iter(&self) -> impl Iterator<Item = &InstalledDist> {
        let all: Vec<&InstalledDist> = match self {
            Self::Nothing => Vec::new(),
            Self::Looked(lazily) => {
                lazily.names.keys().flat_map(|name| lazily.get(name)).filter_map(Found::whole).collect()
            }
            Self::Listed(packages) => packages.iter().collect(),
        };
        all.into_iter()
    }

    fn get_packages(&self, name: &PackageName) -> Vec<&InstalledDist> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Looked(lazily) => {
                let found = lazily.get(name);
                // With one of several broken, all go: the planner does not leave one of them.
                if found.iter().any(Found::is_broken) {
                    return Vec::new();
                }
                found.iter().filter_map(Found::whole).collect()
            }
            Self::Listed(packages) => packages.get_packages(name),
        }
    }
}
