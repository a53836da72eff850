//! `uv pip tree`.

use std::fmt::Write;

use rustc_hash::FxHashMap;
use uv_distribution_types::Name;
use uv_normalize::PackageName;
use uv_pypi_types::ResolutionMetadata;

use super::there::Need;
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::PipTreeSettings;
use crate::uvlike::text::render_tree;

mod graph;
mod node;

pub(crate) use node::Node;

impl Flow<'_> {
    pub(super) fn tree(&self, settings: &PipTreeSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let pip = &settings.settings;
        let environment = self.locate_itself(pip)?;
        outcome.environment = Some(environment.clone());
        let python = environment.python();
        let there = self.there_in(&environment, Need::Metadata.or_check(pip.strict))?;

        // By name, in uv's kind of map: which edge of a circle is cut depends on its order.
        let mut packages: FxHashMap<&PackageName, Vec<&ResolutionMetadata>> = FxHashMap::default();
        for dist in there.iter() {
            let metadata = dist.read_metadata().map_err(|error| self.fail(error))?;
            packages.entry(dist.name()).or_default().push(metadata);
        }
        let markers = python.interpreter().to_resolver_marker_environment();
        let roots = graph::Graph::of(&packages, settings, &markers).trees();
        let text = render_tree(&roots, settings);
        // A stream appends to memory and can't fail.
        let _ = self.printer.stdout().write_str(&text);
        outcome.data = serde_json::to_value(&roots).ok();
        self.warn_of_wrongs(&there, python.interpreter(), pip)
    }
}
