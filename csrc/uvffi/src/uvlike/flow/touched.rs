use std::borrow::Cow;

use rustc_hash::FxHashSet;
use uv_distribution_types::Name;
use uv_installer::Plan;
use uv_normalize::PackageName;
use uv_python::PythonEnvironment;

use crate::change::Change;
use crate::inventory::Picture;

/// The names a plan touches, to tell what a failure on the way left changed.
pub(super) struct Touched {
    names: FxHashSet<PackageName>,
    before: Picture,
}

impl Touched {
    pub(super) fn of(plan: &Plan) -> Self {
        let incoming = plan.cached.iter().map(Name::name).chain(plan.remote.iter().map(|dist| dist.name()));
        let outgoing = || plan.reinstalls.iter().chain(&plan.extraneous);
        let names = incoming.chain(outgoing().map(Name::name)).cloned().collect();
        Self { names, before: Picture::of(outgoing()) }
    }

    pub(super) fn names(&self) -> Vec<PackageName> {
        self.names.iter().cloned().collect()
    }

    /// What is different by now.
    pub(super) fn changes(&self, python: &PythonEnvironment) -> Vec<Change> {
        let mut changes = self.before.changes_to(&Picture::list(python.site_packages().map(Cow::into_owned)));
        changes.retain(|change| self.names.iter().any(|name| name.as_ref() == change.name));
        changes
    }
}
