use std::borrow::Cow;

use rustc_hash::FxHashSet;
use uv_distribution_types::Name;
use uv_installer::Plan;
use uv_python::PythonEnvironment;

use crate::change::Change;
use crate::inventory::Inventory;

/// The names a plan touches, to tell what a failure on the way left changed.
pub(super) struct Touched {
    names: FxHashSet<String>,
    before: Inventory,
}

impl Touched {
    pub(super) fn of(plan: &Plan) -> Self {
        let incoming = plan.cached.iter().map(Name::name).chain(plan.remote.iter().map(|dist| dist.name()));
        let outgoing = || plan.reinstalls.iter().chain(&plan.extraneous);
        let names = incoming.chain(outgoing().map(Name::name)).map(ToString::to_string).collect();
        Self { names, before: Inventory::of(outgoing()) }
    }

    /// What is different by now.
    pub(super) fn changes(&self, python: &PythonEnvironment) -> Vec<Change> {
        let mut changes = self.before.changes_to(&Inventory::list(python.site_packages().map(Cow::into_owned)));
        changes.retain(|change| self.names.contains(&change.name));
        changes
    }
}
