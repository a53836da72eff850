//! `uv pip sync`, in uv's order of steps: what is asked for and nothing else, as it is locked.

use std::time::Instant;

use uv_distribution::LoweredExtraBuildDependencies;

use super::install::Place;
use super::manner::Manner;
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::{Modifications, PipSyncSettings};

impl Flow<'_> {
    pub(super) async fn sync(&self, settings: &PipSyncSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        outcome.dry_run = settings.dry_run.enabled();
        let pip = settings.as_locked();
        let asked = self.read(&pip).await?;
        if asked.spec.requirements.is_empty() && asked.spec.source_trees.is_empty() && !pip.allow_empty_requirements {
            self.check_expected_in("", &[])?;
            let hint = "use `--allow-empty-requirements` to clear the environment";
            self.printer.line(format_args!("No requirements found (hint: {hint})"));
            return Ok(());
        }
        let environment = self.locate(&pip)?;
        outcome.environment = Some(environment.clone());
        let _turn = self.turn(&environment, outcome).await?;

        let interpreter = environment.python().interpreter();
        let markers = interpreter.to_resolver_marker_environment();
        let tags = interpreter.tags().map_err(|error| self.fail(error))?;
        let extra_build_requires =
            LoweredExtraBuildDependencies::from_non_lowered(pip.extra_build_dependencies.clone()).into_inner();
        let at = Place { environment: &environment, markers: &markers, tags, start };
        let manner = Manner {
            pip: &pip,
            editable: None,
            modifications: Modifications::Exact,
            dry_run: settings.dry_run,
            compiles_all: true,
        };
        self.change(&manner, asked, None, extra_build_requires, &at, outcome).await
    }
}
