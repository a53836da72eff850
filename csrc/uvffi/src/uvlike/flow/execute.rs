//! Carrying out an installation plan: fetch what is missing, change what is installed, tell of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use uv_client::RegistryClient;
use uv_configuration::{BuildOptions, Concurrency, DryRun};
use uv_distribution::DistributionDatabase;
use uv_distribution_types::{CachedDist, InstalledDist, Resolution};
use uv_fs::{CWD, Simplified};
use uv_installer::{CompileError, Plan, Preparer};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_types::{BuildContext, HashStrategy, InFlight};

use super::builds::Builds;
use super::carry_out::Carried;
use super::planned::Prospect;
use super::{Flow, bytecode};
use crate::calls::{self, Event};
use crate::environment::Environment;
use crate::uvlike::settings::PipSettings;
use crate::uvlike::text::{Changelog, InstallLog, LineReporter, OperationError};

/// What is told together: wheels that come, distributions that go.
pub(super) struct Part {
    pub(super) wheels: Vec<CachedDist>,
    pub(super) outgoing: Vec<InstalledDist>,
}

/// What carrying out a plan works with.
pub(super) struct Execution<'a> {
    pub(super) flow: &'a Flow<'a>,
    pub(super) settings: &'a PipSettings,
    /// Whether bytecode is made of all there is, and not of what comes alone.
    pub(super) compiles_all: bool,
    pub(super) environment: &'a Arc<Environment>,
    pub(super) resolution: &'a Resolution,
    pub(super) client: &'a RegistryClient,
    pub(super) build_context: &'a Builds<'a>,
    pub(super) build_options: &'a BuildOptions,
    pub(super) hasher: &'a HashStrategy,
    pub(super) tags: &'a Tags,
    pub(super) in_flight: &'a InFlight,
    /// Names whose installed distribution is half-installed.
    pub(super) broken: &'a [PackageName],
    /// All names that are touched.
    pub(super) names: Vec<PackageName>,
}

/// Ends the work of a call that was cancelled; nobody is told.
pub(super) fn cancelled() -> OperationError {
    anyhow::anyhow!(calls::cancelled().message).into()
}

impl Execution<'_> {
    /// Carries out `plan` or, with `--dry-run`, tells what it would do.
    ///
    /// `plan.extraneous` is removed too: it is empty unless `--exact` is given. `prospect` is what is known of it, if it
    /// can be kept.
    pub(super) async fn run(
        &self,
        plan: Plan,
        prospect: Option<Prospect>,
        start: Instant,
        dry_run: DryRun,
    ) -> Result<(Changelog, Carried), OperationError> {
        if dry_run.enabled() {
            self.flow.say_as_prepared();
            let changelog = self.log().would_change(plan, self.resolution.len(), start.elapsed());
            return Ok((changelog, Carried::default()));
        }
        if plan.is_empty() && !self.settings.compile_bytecode {
            self.flow.say_as_prepared();
            self.log().checked(self.resolution.len(), start.elapsed(), false);
            return Ok((Changelog::default(), Carried::default()));
        }
        let parts = self.parts(plan).await?;
        self.flow.say_as_prepared();
        // Without any there is something to compile alone.
        let carried = if parts.is_empty() { Carried::default() } else { self.carry_out(&parts, prospect).await? };
        let (installs, uninstalls): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.wheels, part.outgoing)).unzip();
        let (installs, uninstalls) = (installs.concat(), uninstalls.concat());
        if self.settings.compile_bytecode && self.compiles_all {
            self.compile_all().await?;
        } else if self.settings.compile_bytecode {
            self.compile(&installs).await?;
        }
        let changelog = Changelog::new(installs, uninstalls);
        self.log().changed(&changelog);
        Ok((changelog, carried))
    }

    /// Has all that comes in uv's cache, and does nothing else.
    pub(super) async fn prepare_all(&self, plan: Plan, dry_run: DryRun) -> Result<(), OperationError> {
        if !dry_run.enabled() {
            self.parts(plan).await?;
        }
        Ok(())
    }

    /// As uv: first what is built in isolation, then what may build with that around it.
    async fn parts(&self, plan: Plan) -> Result<Vec<Part>, OperationError> {
        let (isolated, shared) = plan.partition(|name| self.build_context.build_isolation().is_isolated(Some(name)));
        let mut parts = Vec::new();
        for part in [isolated, shared] {
            if !part.is_empty() {
                parts.push(self.part(part).await?);
            }
        }
        Ok(parts)
    }

    async fn part(&self, plan: Plan) -> Result<Part, OperationError> {
        let mut wheels = self.prepare(&plan).await?;
        wheels.extend(plan.cached);
        calls::tell(&Event::Prepared { packages: wheels.len() });
        let outgoing = plan.extraneous.into_iter().chain(plan.reinstalls).collect();
        Ok(Part { wheels, outgoing })
    }

    #[tracing::instrument(name = "prepare", level = "debug", skip_all, fields(packages = plan.remote.len()))]
    async fn prepare(&self, plan: &Plan) -> Result<Vec<CachedDist>, OperationError> {
        if plan.remote.is_empty() {
            return Ok(Vec::new());
        }
        let start = Instant::now();
        let concurrency: &Concurrency = &self.flow.resolved.globals.concurrency;
        let database =
            DistributionDatabase::new(self.client, self.build_context, concurrency.downloads_semaphore.clone());
        let preparer = Preparer::new(&self.flow.cache, self.tags, self.hasher, self.build_options, database)
            .with_reporter(self.reporter());
        let preparing = preparer.prepare(plan.remote.clone(), self.in_flight, self.resolution);
        let wheels = calls::unless_cancelled(preparing).await.ok_or_else(cancelled)??;
        self.log().prepared(wheels.len(), start.elapsed());
        Ok(wheels)
    }

    async fn compile(&self, installs: &[CachedDist]) -> Result<(), OperationError> {
        let start = Instant::now();
        let sources = bytecode::python_sources(self.environment.python(), installs);
        let files = self.compile_files(sources).await.context("Failed to bytecode-compile installed packages")?;
        if files > 0 {
            self.log().bytecode_compiled(files, start.elapsed());
        }
        Ok(())
    }

    async fn compile_all(&self) -> Result<(), OperationError> {
        let start = Instant::now();
        let mut files = 0;
        for site_packages in self.environment.python().site_packages() {
            let site_packages = CWD.join(site_packages);
            let mut sources = Vec::new();
            bytecode::all_python_sources(&site_packages, &mut sources);
            files += self.compile_files(sources).await.with_context(|| {
                format!("Failed to bytecode-compile Python file in: {}", site_packages.user_display())
            })?;
        }
        self.log().bytecode_compiled(files, start.elapsed());
        Ok(())
    }

    async fn compile_files(&self, sources: Vec<anyhow::Result<PathBuf>>) -> Result<usize, CompileError> {
        let python = self.environment.python().python_executable();
        let concurrency = &self.flow.resolved.globals.concurrency;
        uv_installer::compile_files(sources, python, concurrency, self.flow.cache.root()).await
    }

    pub(super) fn log(&self) -> InstallLog {
        InstallLog::new(self.flow.printer.clone())
    }

    pub(super) fn reporter(&self) -> Arc<LineReporter> {
        Arc::new(LineReporter::new(&self.flow.printer))
    }
}
