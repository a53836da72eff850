use std::sync::Arc;

use super::mounts;
use super::view::{View, all_variables};
use super::witness::{Witness, Witnesses};

/// What the settings, files and interpreter of a call rest on: the ground of any answer to it, to be trusted.
#[derive(Clone, Debug)]
pub(crate) struct Footing {
    pub(crate) view: View,
    pub(super) witnesses: Vec<Witnesses>,
    /// All variables, where files may name any of them.
    pub(super) variables: Option<Arc<[u8]>>,
    /// `mounts::epoch` before the first look.
    pub(super) mounts: Option<u64>,
}

impl Footing {
    /// The same footing as of now, if all of it holds when asked by paths.
    pub(crate) fn holds_by_path(&self) -> Option<Self> {
        let mounts = mounts::epoch();
        self.holds_now().then(|| Self { mounts, ..self.clone() })
    }

    /// Whether all of it holds when asked by paths.
    pub(crate) fn holds_now(&self) -> bool {
        self.has_its_variables() && self.witnesses().all(|witness| witness.holds_by_path())
    }

    /// Whether the variables that count besides the view's are as they were.
    pub(super) fn has_its_variables(&self) -> bool {
        self.variables.as_ref().is_none_or(|then| all_variables()[..] == then[..])
    }

    pub(super) fn witnesses(&self) -> impl Iterator<Item = &Arc<Witness>> {
        self.witnesses.iter().flat_map(|some| some.iter())
    }
}
