//! `uv pip freeze`.

use std::fmt::Write;

use itertools::Itertools;
use uv_distribution_types::{InstalledDist, InstalledDistKind, Name};
use uv_python::{PythonEnvironment, Target};

use super::there::{Need, by_name, inventory_of};
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::PipFreezeSettings;

impl Flow<'_> {
    pub(super) fn freeze(&self, settings: &PipFreezeSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let pip = &settings.settings;
        let environment = self.locate_to_read(pip)?;
        outcome.environment = Some(environment.clone());
        let python = environment.python();
        let need = Need::Names.or_check(pip.strict);
        let there = match &settings.paths {
            None => self.there_in(&environment, need)?,
            Some(paths) => {
                let pythons: Vec<PythonEnvironment> = paths
                    .iter()
                    .filter_map(|path| python.clone().with_target(Target::from(path.clone())).ok())
                    .collect();
                if pythons.len() < paths.len() {
                    // What makes it no directory is not witnessed.
                    self.notes.spoil("a path was none to look in");
                }
                self.there(&inventory_of(&pythons), &pythons, need)?
            }
        };
        let lines: Vec<String> = there
            .iter()
            .filter(|dist| !(settings.exclude_editable && dist.is_editable()))
            .filter(|dist| !settings.exclude.contains(dist.name()))
            .sorted_unstable_by(by_name)
            .map(requirement)
            .dedup()
            .collect();
        for line in &lines {
            // A stream appends to memory and can't fail.
            let _ = writeln!(self.printer.stdout_important(), "{line}");
        }
        outcome.data = Some(lines.into());
        self.warn_of_wrongs(&there, python.interpreter(), pip)
    }
}

/// By which the same distribution would be installed again.
fn requirement(dist: &InstalledDist) -> String {
    match &dist.kind {
        InstalledDistKind::Url(dist) if dist.editable => format!("-e {}", dist.url),
        InstalledDistKind::Url(dist) => format!("{} @ {}", dist.name, dist.url),
        InstalledDistKind::LegacyEditable(dist) => format!("-e {}", dist.target.display()),
        InstalledDistKind::Registry(_) | InstalledDistKind::EggInfoFile(_) | InstalledDistKind::EggInfoDirectory(_) => {
            format!("{}=={}", dist.name(), dist.version())
        }
    }
}
