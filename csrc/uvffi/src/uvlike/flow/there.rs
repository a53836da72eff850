//! What is installed, for the commands that only read.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use uv_distribution_types::{InstalledDist, Name};
use uv_installer::SitePackages;
use uv_python::PythonEnvironment;

use super::{Flow, Stop};
use crate::environment::Environment;
use crate::inventory::{Inventory, Reading};

/// All that is installed, as it was at one moment.
pub(super) enum There {
    /// By the Inventory: only what changed since it was last looked at was read.
    Looked(Vec<Arc<Reading>>),
    /// By uv's own look, in each of the places.
    Listed(Vec<SitePackages>),
}

/// How much of it an answer needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Names, versions and origins.
    Names,
    /// Metadata too.
    Metadata,
    /// Metadata, and uv's own check of it.
    Check,
}

impl Flow<'_> {
    /// Looks at what is installed in an environment.
    pub(super) fn there_in(&self, environment: &Environment, need: Need) -> Result<There, Stop> {
        self.there(&environment.inventory(), std::slice::from_ref(environment.python()), need)
    }

    /// The same in several, one after the other.
    pub(super) fn there(
        &self,
        inventory: &Inventory,
        pythons: &[PythonEnvironment],
        need: Need,
    ) -> Result<There, Stop> {
        // The look comes before any reading of uv's: what is read then is what it saw, or newer.
        let look = inventory.look().ok().filter(|look| !look.is_odd());
        let looked = look.as_ref().and_then(|look| look.all());
        match (&look, &looked) {
            (Some(look), Some(_)) => self.notes.rest_on(look.basis(need != Need::Names, true), None),
            _ => self.notes.spoil("what is installed was uv's to look at"),
        }
        if let Some(looked) = looked
            && need != Need::Check
        {
            return Ok(There::Looked(looked));
        }
        let listed = pythons.iter().map(SitePackages::from_environment).collect::<anyhow::Result<_>>();
        Ok(There::Listed(listed.map_err(|error| self.fail(error))?))
    }
}

impl Need {
    /// This, and with `--strict` uv's own check.
    pub(super) fn or_check(self, strict: bool) -> Self {
        if strict { Self::Check } else { self }
    }
}

impl There {
    /// Each distribution, in uv's order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &InstalledDist> {
        let (looked, listed): (&[Arc<Reading>], &[SitePackages]) = match self {
            Self::Looked(readings) => (readings, &[]),
            Self::Listed(listed) => (&[], listed),
        };
        looked.iter().filter_map(|reading| reading.dist()).chain(listed.iter().flat_map(SitePackages::iter))
    }

    /// The same as uv looked at it, where it did: it is asked to for [`Need::Check`].
    pub(super) fn listed(&self) -> &[SitePackages] {
        match self {
            Self::Looked(_) => &[],
            Self::Listed(listed) => listed,
        }
    }
}

/// The order in which distributions are shown.
pub(super) fn by_name(one: &&InstalledDist, other: &&InstalledDist) -> Ordering {
    (one.name(), one.version()).cmp(&(other.name(), other.version()))
}

/// The Inventory of several environments' site-packages, one after the other.
pub(super) fn inventory_of(pythons: &[PythonEnvironment]) -> Inventory {
    Inventory::of(pythons.iter().flat_map(|python| python.site_packages().map(Cow::into_owned).collect::<Vec<_>>()))
}
