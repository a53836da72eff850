//! `uv pip install`, in uv's order of steps.

use std::time::Instant;

use uv_configuration::{BuildOptions, DryRun, HashCheckingMode};
use uv_distribution::LoweredExtraBuildDependencies;
use uv_distribution_types::{Dist, ExtraBuildRequires, IndexLocations, Name, Resolution};
use uv_installer::{InstallationStrategy, Plan, Planner, SatisfiesResult, SitePackages};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_pypi_types::ResolverMarkerEnvironment;
use uv_resolver::{FlatIndex, InMemoryIndex, OptionsBuilder};
use uv_types::{HashStrategy, InFlight};

use super::execute::Execution;
use super::resolve::{Resolving, Wanted};
use super::sources::{Asked, index_locations};
use super::touched::Touched;
use super::wheels_only::{Own, WheelsOnly};
use super::{Flow, Outcome, Stop, editable};
use crate::environment::Environment;
use crate::reroute::Reroute;
use crate::uvlike::settings::{Modifications, PipInstallSettings, PipSettings};
use crate::uvlike::text::{
    InstallLog, OperationError, diagnose_environment, diagnose_resolution, report, report_top_level,
};

impl Flow<'_> {
    pub(super) async fn install(&self, settings: &PipInstallSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        outcome.dry_run = settings.dry_run.enabled();
        let asked = self.read(settings).await?;
        let environment = self.locate(&settings.settings)?;
        outcome.environment = Some(environment.clone());
        let _lock = environment.lock().await?;

        let interpreter = environment.python().interpreter();
        let markers = interpreter.to_resolver_marker_environment();
        let tags = interpreter.tags().map_err(|error| self.fail(error))?;
        let reinstall = &self.resolved.sources.reinstall;

        // With everything reinstalled the resolver sees nothing installed: list later, and only what was resolved.
        let sufficient = matches!(settings.modifications, Modifications::Sufficient);
        let site_packages = if sufficient && matches!(reinstall, uv_configuration::Reinstall::All) {
            None
        } else {
            Some(SitePackages::from_environment(environment.python()).map_err(|error| self.fail(error))?)
        };
        let extra_build_requires =
            LoweredExtraBuildDependencies::from_non_lowered(settings.settings.extra_build_dependencies.clone())
                .into_inner();
        let at = Place { environment: &environment, markers: &markers, tags, start };

        if let Some(site_packages) = &site_packages
            && self.satisfied(settings, &asked, site_packages, &extra_build_requires, &at)?
        {
            return Ok(());
        }
        self.change(settings, asked, site_packages, extra_build_requires, &at, outcome).await
    }

    /// Whether nothing has to change; if so, says it.
    fn satisfied(
        &self,
        settings: &PipInstallSettings,
        asked: &Asked,
        site_packages: &SitePackages,
        extra_build_requires: &ExtraBuildRequires,
        at: &Place<'_>,
    ) -> Result<bool, Stop> {
        let pip = &settings.settings;
        let spec = &asked.spec;
        if matches!(settings.modifications, Modifications::Exact) {
            return Ok(false);
        }
        if !(self.resolved.sources.reinstall.is_none() && pip.upgrade.is_none() && spec.source_trees.is_empty()) {
            return Ok(false);
        }
        let satisfied = site_packages
            .satisfies_spec(
                &spec.requirements,
                &asked.constraints,
                &spec.overrides,
                &asked.lowered_overrides,
                &asked.excludes,
                InstallationStrategy::Permissive,
                at.markers,
                at.tags,
                &pip.config_setting,
                &pip.config_settings_package,
                extra_build_requires,
                &pip.extra_build_variables,
            )
            .map_err(|error| self.fail(error))?;
        let SatisfiesResult::Fresh { recursive_requirements } = satisfied else {
            return Ok(false);
        };
        InstallLog::new(self.printer.clone()).checked(
            spec.requirements.len(),
            at.start.elapsed(),
            settings.dry_run.enabled(),
        );
        if pip.strict && !settings.dry_run.enabled() {
            let names = recursive_requirements.iter().map(|requirement| &requirement.name);
            self.diagnose(names, pip, at)?;
        }
        Ok(true)
    }

    /// Resolves, plans and carries out the plan.
    async fn change(
        &self,
        settings: &PipInstallSettings,
        asked: Asked,
        site_packages: Option<SitePackages>,
        extra_build_requires: ExtraBuildRequires,
        at: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Stop> {
        let pip = &settings.settings;
        let python = at.environment.python();
        let interpreter = python.interpreter();
        let hash_checking = HashCheckingMode::from_requirements_txt(pip.hash_checking, asked.spec.require_hashes);
        let hasher = self.hasher(&asked, hash_checking, at)?;
        let locations = index_locations(pip, &asked.spec);
        let shared = asked.spec.source_trees.is_empty();
        let client = self.clients.registry(self, &locations, interpreter, shared).map_err(|error| self.fail(error))?;
        let build_options: BuildOptions =
            pip.build_options.clone().combine(asked.spec.no_binary.clone(), asked.spec.no_build.clone());
        let flat_index = self.flat_index(&client, &locations, &hasher, &build_options, at).await?;

        let own = Own::default();
        let build_isolation = match &pip.build_isolation {
            uv_configuration::BuildIsolation::Isolate => uv_types::BuildIsolation::Isolated,
            uv_configuration::BuildIsolation::Shared => uv_types::BuildIsolation::Shared(python),
            uv_configuration::BuildIsolation::SharedPackage(packages) => {
                uv_types::BuildIsolation::SharedPackage(python, packages)
            }
        };
        let context = WheelsOnly {
            cache: &self.cache,
            interpreter,
            index_locations: &locations,
            build_options: &build_options,
            build_isolation,
            extra_build_requires: &extra_build_requires,
            settings: pip,
            workspace_cache: &self.resolved.workspace_cache,
            own: &own,
        };
        let options = OptionsBuilder::new()
            .resolution_mode(pip.resolution)
            .prerelease(pip.prerelease.clone())
            .dependency_mode(pip.dependency_mode)
            .exclude_newer(pip.exclude_newer.clone())
            .index_strategy(pip.index_strategy)
            .build_options(build_options.clone())
            .build();
        let index = InMemoryIndex::default();
        let resolving = Resolving {
            client: &client,
            build_context: &context,
            flat_index: &flat_index,
            index: &index,
            concurrency: &self.resolved.globals.concurrency,
            extras: &pip.extras,
            reinstall: &self.resolved.sources.reinstall,
            upgrade: &pip.upgrade,
            tags: at.tags,
            markers: at.markers,
            interpreter,
            printer: &self.printer,
        };
        let wanted = Wanted {
            requirements: asked.spec.requirements,
            constraints: asked.constraints,
            overrides: asked.spec.overrides,
            lowered_overrides: asked.lowered_overrides,
            excludes: asked.excludes,
            source_trees: asked.spec.source_trees,
            project: asked.spec.project,
        };
        let resolve_start = Instant::now();
        let resolved = resolving.resolve(wanted, options, site_packages.clone(), &hasher).await;
        own.reroute()?;
        let (output, hasher) = resolved.map_err(|error| self.failed(error))?;
        InstallLog::new(self.printer.clone()).resolved(output.len(), resolve_start.elapsed());
        let resolution = editable::apply(Resolution::from(output), settings.editable.as_ref());

        let site_packages = match site_packages {
            Some(site_packages) => site_packages,
            None => SitePackages::from_environment_for_packages(python, resolution.distributions().map(Name::name))
                .map_err(|error| self.fail(error))?,
        };
        let extra_build_requires =
            extra_build_requires.clone().match_runtime(&resolution).map_err(|error| self.fail(error))?;
        let context = WheelsOnly { extra_build_requires: &extra_build_requires, ..context };

        let plan_start = Instant::now();
        let plan = Planner::new(&resolution)
            .build(
                site_packages,
                InstallationStrategy::Permissive,
                &self.resolved.sources.reinstall,
                &build_options,
                &hasher,
                &locations,
                &pip.config_setting,
                &pip.config_settings_package,
                &extra_build_requires,
                &pip.extra_build_variables,
                &self.cache,
                python,
                at.tags,
            )
            .map_err(|error| self.failed(error.context("Failed to determine installation plan").into()))?;
        let plan = match settings.modifications {
            // What was not asked about is left alone.
            Modifications::Sufficient => Plan { extraneous: Vec::new(), ..plan },
            Modifications::Exact => plan,
        };
        leave_builds(&plan, settings.dry_run)?;

        let execution = Execution {
            flow: self,
            settings: pip,
            environment: at.environment,
            resolution: &resolution,
            client: &client,
            build_context: &context,
            build_options: &build_options,
            hasher: &hasher,
            tags: at.tags,
            in_flight: &InFlight::default(),
        };
        let touched = Touched::of(&plan);
        match execution.run(plan, plan_start, settings.dry_run).await {
            Ok(changelog) => outcome.changes = changelog.changes(),
            Err(error) => {
                // Too late for the Child: something may be changed. `leave_builds` has seen to it.
                debug_assert!(own.reroute().is_ok(), "a build was needed after the plan");
                outcome.changes = touched.changes(python);
                return Err(self.failed(error));
            }
        }
        diagnose_resolution(resolution.diagnostics(), &self.printer);
        if pip.strict && !settings.dry_run.enabled() {
            self.diagnose(resolution.distributions().map(Name::name), pip, at)?;
        }
        Ok(())
    }

    fn hasher(&self, asked: &Asked, mode: Option<HashCheckingMode>, at: &Place<'_>) -> Result<HashStrategy, Stop> {
        let Some(mode) = mode else { return Ok(HashStrategy::None) };
        let spec = &asked.spec;
        HashStrategy::from_requirements(
            spec.requirements
                .iter()
                .chain(spec.overrides.iter())
                .map(|entry| (&entry.requirement, entry.hashes.as_slice())),
            asked.constraints.iter().map(|entry| (&entry.requirement, entry.hashes.as_slice())),
            Some(at.markers),
            mode,
        )
        .map_err(|error| self.fail(error))
    }

    async fn flat_index(
        &self,
        client: &uv_client::RegistryClient,
        locations: &IndexLocations,
        hasher: &HashStrategy,
        build_options: &BuildOptions,
        at: &Place<'_>,
    ) -> Result<FlatIndex, Stop> {
        let entries = uv_client::FlatIndexClient::new(client.cached_client(), client.connectivity(), &self.cache)
            .fetch_all(locations.flat_indexes().map(uv_distribution_types::Index::url))
            .await
            .map_err(|error| self.fail(error))?;
        Ok(FlatIndex::from_entries(entries, Some(at.tags), hasher, build_options))
    }

    /// `--strict`: what is inconsistent in the environment, as far as it concerns `names`.
    fn diagnose<'n>(
        &self,
        names: impl Iterator<Item = &'n PackageName>,
        pip: &PipSettings,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        let python = at.environment.python();
        diagnose_environment(names, python, at.markers, at.tags, &pip.dependency_metadata, &self.printer)
            .map_err(|error| self.fail(error))
    }

    /// An error of resolving or installing, told with what led to it.
    fn failed(&self, error: OperationError) -> Stop {
        Stop::Exit(report(error, &self.printer))
    }

    /// Any other error, told as uv's entry point tells it.
    pub(super) fn fail(&self, error: impl Into<anyhow::Error>) -> Stop {
        Stop::Exit(report_top_level(error, &self.printer))
    }
}

/// Where a command works, and since when.
struct Place<'a> {
    environment: &'a Environment,
    markers: &'a ResolverMarkerEnvironment,
    tags: &'a Tags,
    start: Instant,
}

/// A source distribution that is not built yet is the Child's: say so before anything is fetched or removed.
fn leave_builds(plan: &Plan, dry_run: DryRun) -> Result<(), Reroute> {
    let source = plan.remote.iter().find(|dist| matches!(***dist, Dist::Source(_)));
    match source {
        Some(dist) if !dry_run.enabled() => Err(Reroute::because(format!("`{dist}` has to be built"))),
        _ => Ok(()),
    }
}
