//! The second half of `uv pip install`, and most of `uv pip sync`: something has to change, or an exact set or an
//! upgrade wants a look at the index.

use std::time::Instant;

use uv_configuration::{BuildOptions, Constraints, DryRun, HashCheckingMode, Reinstall};
use uv_distribution_types::{Dist, ExtraBuildRequires, IndexLocations, Name, Resolution, ResolvedDist, SourceDist};
use uv_installer::{InstallationStrategy, Plan, Planner, SitePackages};
use uv_normalize::PackageName;
use uv_resolver::{FlatIndex, OptionsBuilder};
use uv_types::HashStrategy;

use super::building::Building;
use super::builds::{Means, Own};
use super::execute::Execution;
use super::install::{Known, Place};
use super::manner::Manner;
use super::planned::{Prospect, State};
use super::resolve::{Resolving, Wanted};
use super::sources::{Asked, index_locations};
use super::touched::Touched;
use super::{Account, Flow, Kept, Outcome, Stop, commits, editable, origins};
use crate::calls::{self, Event};
use crate::change::Change;
use crate::environment::Environment;
use crate::freshness::Moment;
use crate::inventory::Found;
use crate::panics;
use crate::reroute::Reroute;
use crate::source::Source;
use crate::uvlike::text::{Changelog, InstallLog, diagnose_resolution};

impl Flow<'_> {
    /// Resolves, plans and carries out the plan. `known` is what is installed, if it was looked at already.
    pub(super) async fn change(
        &self,
        manner: &Manner<'_>,
        asked: Asked,
        known: Option<Known>,
        extra_build_requires: ExtraBuildRequires,
        at: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Stop> {
        let pip = manner.pip;
        let python = at.environment.python();
        let interpreter = python.interpreter();
        let hash_checking = HashCheckingMode::from_requirements_txt(pip.hash_checking, asked.spec.require_hashes);
        let hasher = self.hasher(&asked, hash_checking, at)?;
        let locations = index_locations(pip, &asked.spec);
        let is_prepared = matches!(self.building, Building::Done(_));
        let shared = asked.repositories.is_empty() && !asked.has_source_trees && !is_prepared;
        let client = self.clients.registry(self, &locations, interpreter, shared).map_err(|error| self.fail(error))?;
        let build_options: BuildOptions =
            pip.build_options.clone().combine(asked.spec.no_binary.clone(), asked.spec.no_build.clone());
        let flat_index = self.flat_index(&client, &locations, &hasher, &build_options, at).await?;

        let build_hasher = match hash_checking {
            Some(_) => HashStrategy::from_requirements(
                std::iter::empty(),
                asked.build_constraints.iter().map(|entry| (&entry.requirement, entry.hashes.as_slice())),
                Some(at.markers),
                HashCheckingMode::Verify,
            )
            .map_err(|error| self.fail(error))?,
            None => HashStrategy::None,
        };
        let known = match known {
            Some(known) => known,
            None => self.known(manner, at.environment)?,
        };
        let build_constraints =
            Constraints::from_requirements(asked.build_constraints.into_iter().map(|entry| entry.requirement));
        let own = Own::new(&self.building);
        if !asked.repositories.iter().all(|repository| own.may_ask(repository)) {
            own.stop()?;
        }
        let isolation = match &pip.build_isolation {
            uv_configuration::BuildIsolation::Isolate => uv_types::BuildIsolation::Isolated,
            uv_configuration::BuildIsolation::Shared => uv_types::BuildIsolation::Shared(python),
            uv_configuration::BuildIsolation::SharedPackage(packages) => {
                uv_types::BuildIsolation::SharedPackage(python, packages)
            }
        };
        let means = Means {
            client: &client,
            cache: &self.cache,
            constraints: &build_constraints,
            interpreter,
            index_locations: &locations,
            flat_index: &flat_index,
            build_options: &build_options,
            hasher: &build_hasher,
            isolation,
            settings: pip,
            workspace_cache: &self.resolved.workspace_cache,
            concurrency: &self.resolved.globals.concurrency,
            preview: self.resolved.globals.preview,
            own: &own,
        };
        let context = means.builds(&extra_build_requires);
        let options = OptionsBuilder::new()
            .resolution_mode(pip.resolution)
            .prerelease(pip.prerelease.clone())
            .dependency_mode(pip.dependency_mode)
            .exclude_newer(pip.exclude_newer.clone())
            .index_strategy(pip.index_strategy)
            .build_options(build_options.clone())
            .build();
        let resolving = Resolving {
            client: &client,
            build_context: &context,
            flat_index: &flat_index,
            index: own.state.index(),
            facts: &self.facts,
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
        let preamble = self.output.so_far();
        calls::tell(&Event::Resolving);
        let resolve_start = Instant::now();
        let resolved = resolving.resolve(wanted, options, known.installed(), &hasher).await;
        self.go_on()?;
        own.stop()?;
        let (output, hasher) = resolved.map_err(|error| self.failed(error))?;
        InstallLog::new(self.printer.clone()).resolved(output.len(), resolve_start.elapsed());
        calls::tell(&Event::Resolved { packages: output.len() });
        let resolution = editable::apply(Resolution::from(output), manner.editable);

        // uv's cache may not have all that an index told the Child.
        if client.connectivity().is_offline() && !self.is_as_prepared(&resolution) {
            return Err(Reroute::because("what was prepared is not what would be installed").into());
        }

        // Looked at first, so that what the planner reads afterwards is what was seen, or newer.
        let broken = known.broken(resolution.distributions().map(Name::name));
        let state = known.state(manner, &resolution);
        // Nothing is touched yet: what can't be read, the Child tells in uv's words.
        let unreadable = |error| Reroute::because(format!("what is installed can't be read: {error:#}"));
        let site_packages = match &known {
            Known::Listed(packages) => (**packages).clone(),
            Known::Looked(_) if manner.is_exact() => SitePackages::from_environment(python).map_err(unreadable)?,
            Known::Looked(_) | Known::Ignored => {
                SitePackages::from_environment_for_packages(python, resolution.distributions().map(Name::name))
                    .map_err(unreadable)?
            }
        };
        let reinstall = broken.iter().cloned().fold(self.resolved.sources.reinstall.clone(), Reinstall::with_package);
        let extra_build_requires =
            extra_build_requires.clone().match_runtime(&resolution).map_err(|error| self.fail(error))?;
        let context = means.builds(&extra_build_requires);

        let plan_start = Instant::now();
        // The planner takes it for granted that it sees what the resolver saw.
        let span = tracing::debug_span!("plan").entered();
        let planned = panics::contained(|| {
            Planner::new(&resolution).build(
                site_packages,
                InstallationStrategy::Permissive,
                &reinstall,
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
        });
        drop(span);
        let plan = planned
            .ok_or_else(|| Reroute::because("what is installed changed under the call"))?
            .map_err(|error| self.failed(error.context("Failed to determine installation plan").into()))?;
        // What was not asked about is left alone.
        let plan = if manner.is_exact() { plan } else { Plan { extraneous: Vec::new(), ..plan } };
        if matches!(self.building, Building::Refused) {
            leave_builds(&plan, manner.dry_run)?;
        }

        if resolution.distributions().any(is_of_sources) {
            self.notes.spoil("whether a source tree changed is uv's to tell, each time");
        }
        let touched = Touched::of(&plan);
        let sources = origins::sources(&plan, &resolution, manner.dry_run.enabled());
        let prospect =
            state.and_then(|state| self.prospect(manner, at.environment, state, &resolution, preamble, &sources));
        let execution = Execution {
            flow: self,
            settings: pip,
            compiles_all: manner.compiles_all,
            environment: at.environment,
            resolution: &resolution,
            client: &client,
            build_context: &context,
            build_options: &build_options,
            hasher: &hasher,
            tags: at.tags,
            in_flight: own.state.in_flight(),
            broken: &broken,
            names: touched.names(),
        };
        if self.only_prepares() {
            execution.prepare_all(plan, manner.dry_run).await.map_err(|error| self.failed(error))?;
            outcome.data = serde_json::to_value(Account::of(&resolution, own.state.git())).ok();
            return Ok(());
        }
        let nothing_to_do = plan.is_empty() && !pip.compile_bytecode;
        if manner.dry_run.enabled() || nothing_to_do {
            self.note_plan(&plan, &known, manner.is_exact(), &locations, self.facts.until(&resolution));
        } else {
            self.notes.spoil("it changes something");
        }
        if !manner.dry_run.enabled() {
            self.check_planned(at.environment, &changes_of(&plan), &resolution)?;
        }
        match execution.run(plan, prospect, plan_start, manner.dry_run).await {
            Ok((changelog, carried)) => {
                outcome.changes = changelog.changes();
                outcome.done.sources = sources;
                carried.changed.into_iter().for_each(|changed| outcome.done.note(changed));
                outcome.kept = carried.planned.map(|planned| Kept::Planned(Box::new(planned)));
            }
            Err(error) => {
                // What is refused is so before anything is changed.
                own.stop()?;
                outcome.changes = touched.changes(python);
                return Err(self.failed(error));
            }
        }
        diagnose_resolution(resolution.diagnostics(), &self.printer);
        if pip.strict && !manner.dry_run.enabled() {
            self.notes.spoil("all that is installed is looked through");
            self.diagnose(resolution.distributions().map(Name::name), pip, at)?;
        }
        Ok(())
    }

    /// What is to be known of the Plan, should it be carried out again; nothing of what only uv can judge.
    fn prospect(
        &self,
        manner: &Manner<'_>,
        environment: &Environment,
        state: State,
        resolution: &Resolution,
        preamble: String,
        sources: &[Source],
    ) -> Option<Prospect> {
        let plain = !manner.dry_run.enabled()
            && self.asked.expect.is_none()
            && !(manner.pip.strict || manner.pip.compile_bytecode)
            && resolution.diagnostics().is_empty();
        let until = self.facts.until(resolution).filter(|_| plain)?;
        let footing = self.notes.footing()?;
        if manner.is_exact() {
            // Seen before the planner read all of it, and after: so it is this state that the Plan is of.
            let look = environment.inventory().look_since(Instant::now()).ok().filter(|look| !look.is_odd())?;
            state.is_now(&look).then_some(())?;
        }
        Some(Prospect { until, footing, state, preamble, count: resolution.len(), sources: sources.to_vec() })
    }

    /// On what the answer of a dry run rests.
    fn note_plan(
        &self,
        plan: &Plan,
        known: &Known,
        exact: bool,
        locations: &IndexLocations,
        fresh_until: Option<Moment>,
    ) {
        let Known::Looked(look) = known else { return self.notes.spoil("what is installed was uv's to look at") };
        if !plan.remote.is_empty() {
            return self.notes.spoil("it would download something, unless another process does so first");
        }
        for dist in &plan.cached {
            self.note_cached(dist, locations);
        }
        match fresh_until {
            Some(deadline) => {
                self.notes.rest_on(look.basis(true, exact), Some(deadline));
            }
            None => self.notes.spoil("the index's facts are not known to last"),
        }
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

    /// uv looks at the hashes of build constraints even where nothing is built.
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
}

/// A source distribution that is not built yet is a Child's: say so before anything is fetched or removed.
fn leave_builds(plan: &Plan, dry_run: DryRun) -> Result<(), Stop> {
    // Where there are source trees alone, uv's cache may have it all.
    let is_tree = |dist: &Dist| matches!(dist, Dist::Source(SourceDist::Directory(_)));
    let source = plan.remote.iter().find(|dist| matches!(***dist, Dist::Source(_)));
    match source {
        Some(dist) if !dry_run.enabled() && !plan.remote.iter().all(|dist| is_tree(dist)) => {
            Err(Stop::Unbuilt(Reroute::because(format!("`{dist}` has to be built"))))
        }
        _ => Ok(()),
    }
}

/// Whether it is from what may change without anybody telling: a path or a repository.
fn is_of_sources(dist: &ResolvedDist) -> bool {
    let is_of_git = |dist: &ResolvedDist| match dist {
        ResolvedDist::Installable { dist, .. } => commits::url_of(dist).is_some(),
        ResolvedDist::Installed { .. } => false,
    };
    dist.is_local() || is_of_git(dist)
}

/// What a plan would change.
fn changes_of(plan: &Plan) -> Vec<Change> {
    let outgoing = plan.reinstalls.iter().chain(&plan.extraneous).cloned().collect();
    Changelog::planned(plan.remote.clone(), plan.cached.clone(), outgoing).changes()
}

impl Known {
    /// What is installed of the names that count: those that were resolved or, as what was not asked for goes, all.
    fn state(&self, manner: &Manner<'_>, resolution: &Resolution) -> Option<State> {
        let Self::Looked(look) = self else { return None };
        let names = resolution.distributions().map(Name::name);
        if manner.is_exact() { State::of_all(look, names) } else { Some(State::of(look, names)) }
    }

    /// Which of these names have a broken distribution: to be installed again, whatever its version.
    fn broken<'n>(&self, names: impl Iterator<Item = &'n PackageName>) -> Vec<PackageName> {
        let Self::Looked(look) = self else { return Vec::new() };
        names.filter(|name| look.get(name).iter().any(Found::is_broken)).cloned().collect()
    }
}
