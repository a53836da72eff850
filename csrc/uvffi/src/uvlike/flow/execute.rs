//! Carrying out an installation plan: fetch what is missing, remove what goes, install what comes.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use uv_client::RegistryClient;
use uv_configuration::{BuildOptions, Concurrency, DryRun};
use uv_distribution::DistributionDatabase;
use uv_distribution_types::{CachedDist, InstalledDist, Name, Resolution};
use uv_installer::{Installer, Plan, Preparer};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_types::{BuildContext, HashStrategy, InFlight};

use super::wheels_only::WheelsOnly;
use super::{Flow, bytecode};
use crate::environment::Environment;
use crate::uvlike::settings::PipSettings;
use crate::uvlike::text::{Changelog, InstallLog, LineReporter, OperationError, tolerate};

/// What carrying out a plan works with.
pub(super) struct Execution<'a> {
    pub(super) flow: &'a Flow<'a>,
    pub(super) settings: &'a PipSettings,
    pub(super) environment: &'a Environment,
    pub(super) resolution: &'a Resolution,
    pub(super) client: &'a RegistryClient,
    pub(super) build_context: &'a WheelsOnly<'a>,
    pub(super) build_options: &'a BuildOptions,
    pub(super) hasher: &'a HashStrategy,
    pub(super) tags: &'a Tags,
    pub(super) in_flight: &'a InFlight,
    /// Names whose installed distribution is half-installed.
    pub(super) broken: &'a [PackageName],
}

impl Execution<'_> {
    /// Carries out `plan` or, with `--dry-run`, tells what it would do.
    ///
    /// `plan.extraneous` is removed too: it is empty unless `--exact` is given.
    pub(super) async fn run(&self, plan: Plan, start: Instant, dry_run: DryRun) -> Result<Changelog, OperationError> {
        if dry_run.enabled() {
            return Ok(self.log().would_change(plan, self.resolution.len(), start.elapsed()));
        }
        if plan.is_empty() && !self.settings.compile_bytecode {
            self.log().checked(self.resolution.len(), start.elapsed(), false);
            return Ok(Changelog::default());
        }
        // As uv: first what is built in isolation, then what may build with that around it.
        let (isolated, shared) = plan.partition(|name| self.build_context.build_isolation().is_isolated(Some(name)));
        let (mut installs, mut uninstalls) = (Vec::new(), Vec::new());
        for phase in [isolated, shared] {
            if !phase.is_empty() {
                let (installed, uninstalled) = self.phase(phase).await?;
                installs.extend(installed);
                uninstalls.extend(uninstalled);
            }
        }
        if self.settings.compile_bytecode {
            self.compile(&installs).await?;
        }
        let changelog = Changelog::new(installs, uninstalls);
        self.log().changed(&changelog);
        Ok(changelog)
    }

    async fn phase(&self, plan: Plan) -> Result<(Vec<CachedDist>, Vec<InstalledDist>), OperationError> {
        let mut wheels = self.prepare(&plan).await?;
        wheels.extend(plan.cached);
        let outgoing = plan.extraneous.into_iter().chain(plan.reinstalls).collect::<Vec<_>>();
        self.uninstall(&outgoing).await?;
        if !wheels.is_empty() {
            let start = Instant::now();
            wheels = Installer::new(self.environment.python(), self.flow.resolved.globals.preview)
                .with_link_mode(self.settings.link_mode)
                .with_cache(&self.flow.cache)
                .with_installer_metadata(self.flow.resolved.globals.installer_metadata)
                .with_reporter(self.reporter())
                // On the call's own thread, which has nothing else to do.
                .install_blocking(wheels)?;
            self.log().installed(wheels.len(), start.elapsed());
        }
        Ok((wheels, outgoing))
    }

    async fn prepare(&self, plan: &Plan) -> Result<Vec<CachedDist>, OperationError> {
        if plan.remote.is_empty() {
            return Ok(Vec::new());
        }
        let start = Instant::now();
        let concurrency: &Concurrency = &self.flow.resolved.globals.concurrency;
        let database =
            DistributionDatabase::new(self.client, self.build_context, concurrency.downloads_semaphore.clone());
        let wheels = Preparer::new(&self.flow.cache, self.tags, self.hasher, self.build_options, database)
            .with_reporter(self.reporter())
            .prepare(plan.remote.clone(), self.in_flight, self.resolution)
            .await?;
        self.log().prepared(wheels.len(), start.elapsed());
        Ok(wheels)
    }

    async fn uninstall(&self, dists: &[InstalledDist]) -> Result<(), OperationError> {
        if dists.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let layout = self.environment.python().interpreter().layout();
        for dist in dists {
            if let Err(error) = uv_installer::uninstall(dist, &layout).await {
                tolerate(dist, error)?;
                // Half-installed: left there, it would be a second distribution of the name.
                if self.broken.contains(dist.name()) && dist.install_path().is_dir() {
                    let _ = fs_err::remove_dir_all(dist.install_path());
                }
            }
        }
        self.log().uninstalled(dists.len(), start.elapsed());
        Ok(())
    }

    async fn compile(&self, installs: &[CachedDist]) -> Result<(), OperationError> {
        let start = Instant::now();
        let python = self.environment.python();
        let files = uv_installer::compile_files(
            bytecode::python_sources(python, installs),
            python.python_executable(),
            &self.flow.resolved.globals.concurrency,
            self.flow.cache.root(),
        )
        .await
        .context("Failed to bytecode-compile installed packages")?;
        if files > 0 {
            self.log().bytecode_compiled(files, start.elapsed());
        }
        Ok(())
    }

    fn log(&self) -> InstallLog {
        InstallLog::new(self.flow.printer.clone())
    }

    fn reporter(&self) -> Arc<LineReporter> {
        Arc::new(LineReporter::new(&self.flow.printer))
    }
}
