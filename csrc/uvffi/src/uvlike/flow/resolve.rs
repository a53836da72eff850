//! From requirements to a resolution, in uv's order of steps.

use std::pin::pin;
use std::sync::Arc;

use anyhow::anyhow;
use itertools::{Either, Itertools};

use uv_client::RegistryClient;
use uv_configuration::{
    Concurrency, Constraints, ExcludeDependency, Excludes, ExtrasSpecification, Override, Overrides, Reinstall, Upgrade,
};
use uv_distribution::DistributionDatabase;
use uv_distribution_types::{
    NameRequirementSpecification, Requirement, RequiresPython, UnresolvedRequirement,
    UnresolvedRequirementSpecification,
};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_pypi_types::{Conflicts, ResolverMarkerEnvironment};
use uv_python::Interpreter;
use uv_requirements::{
    LookaheadResolver, NamedRequirementsResolver, SourceTree, SourceTreeResolution, SourceTreeResolver,
};
use uv_resolver::{
    AllowedYanks, DefaultResolverProvider, DependencyMode, Exclusions, FlatIndex, InMemoryIndex, Manifest, Options,
    Preferences, PythonRequirement, Resolver, ResolverEnvironment, ResolverOutput, UpgradePackages,
};
use uv_types::{BuildContext, HashStrategy};

use super::builds::Builds;
use super::provider::{EndingProvider, FirstError};
use crate::calls;
use crate::freshness::{Asking, IndexFacts, Scope};
use crate::inventory::Installed;
use crate::uvlike::text::{LineReporter, OperationError, Printer};

/// What a command asks for, as read from its arguments and files.
pub(super) struct Wanted {
    pub(super) requirements: Vec<UnresolvedRequirementSpecification>,
    pub(super) constraints: Vec<NameRequirementSpecification>,
    pub(super) overrides: Vec<UnresolvedRequirementSpecification>,
    pub(super) lowered_overrides: Vec<Override<Requirement>>,
    pub(super) excludes: Vec<ExcludeDependency>,
    pub(super) source_trees: Vec<SourceTree>,
    pub(super) project: Option<PackageName>,
}

/// What a resolve works with; all of it belongs to one call.
pub(super) struct Resolving<'a> {
    pub(super) client: &'a RegistryClient,
    pub(super) build_context: &'a Builds<'a>,
    pub(super) flat_index: &'a FlatIndex,
    pub(super) index: &'a InMemoryIndex,
    pub(super) facts: &'a IndexFacts,
    pub(super) concurrency: &'a Concurrency,
    pub(super) extras: &'a ExtrasSpecification,
    pub(super) reinstall: &'a Reinstall,
    pub(super) upgrade: &'a Upgrade,
    pub(super) tags: &'a Tags,
    pub(super) markers: &'a ResolverMarkerEnvironment,
    pub(super) interpreter: &'a Interpreter,
    pub(super) printer: &'a Printer,
}

impl<'a> Resolving<'a> {
    /// Resolves `wanted`; the hashes that come back include those found on the way.
    #[tracing::instrument(name = "resolve", level = "debug", skip_all)]
    pub(super) async fn resolve(
        &self,
        wanted: Wanted,
        options: Options,
        installed: Installed,
        hasher: &HashStrategy,
    ) -> Result<(ResolverOutput, HashStrategy), OperationError> {
        let requirements = self.requirements(wanted.requirements, &wanted.source_trees, hasher).await?;
        let (requirements, project) = (requirements.0, wanted.project.or(requirements.1));
        let mut hasher = hasher.clone().augment_with_requirements(requirements.iter())?;

        let overrides = self.named(wanted.overrides, &hasher).await?;
        let constraints = Constraints::from_requirements(
            wanted
                .constraints
                .into_iter()
                .map(|constraint| constraint.requirement)
                .chain(self.upgrade.constraints().cloned()),
        );
        let overrides = Overrides::from_entries(
            wanted.lowered_overrides.into_iter().chain(overrides.into_iter().map(Override::Requirement)).collect(),
        )
        .map_err(anyhow::Error::from)?;
        let excludes = Excludes::from_entries(wanted.excludes);
        let env = ResolverEnvironment::specific(self.markers.clone());

        let mut lookaheads = Vec::new();
        if matches!(options.dependency_mode, DependencyMode::Transitive) {
            (lookaheads, hasher) = LookaheadResolver::new(
                &requirements,
                &constraints,
                &overrides,
                &excludes,
                &hasher,
                self.index,
                self.database(),
            )
            .with_reporter(self.reporter())
            .resolve(&env)
            .await?;
        }

        let manifest = Manifest::new(
            requirements,
            constraints,
            overrides,
            excludes,
            Preferences::from_iter(Vec::default(), &env),
            project,
            std::collections::BTreeSet::default(),
            Exclusions::new(self.reinstall.clone(), UpgradePackages::for_non_project(self.upgrade)),
            lookaheads,
        );
        let output = self.solve(manifest, options, env, installed, &hasher).await?;
        Ok((output, hasher))
    }

    /// The solver, over a provider that lets it end whatever happens.
    async fn solve(
        &self,
        manifest: Manifest,
        options: Options,
        env: ResolverEnvironment,
        installed: Installed,
        hasher: &HashStrategy,
    ) -> Result<ResolverOutput, OperationError> {
        let context = self.build_context;
        let python = PythonRequirement::from_interpreter(self.interpreter);
        let first_error = Arc::new(FirstError::default());
        let exclude_newer = options.exclude_newer.clone();
        let scope = Scope {
            locations: context.locations(),
            strategy: context.index_strategy,
            cache: context.cache(),
            connectivity: self.client.connectivity(),
            exclude_newer: &exclude_newer,
        };
        let asking = Asking::new(self.facts, scope);
        // What `PythonRequirement` holds for an interpreter, and doesn't give out.
        let minimum = self.interpreter.python_full_version().version.only_release().without_trailing_zeros();
        let requires_python = RequiresPython::greater_than_equal_version(&minimum);
        let provider = DefaultResolverProvider::new(
            self.database(),
            self.flat_index,
            Some(self.tags),
            &requires_python,
            AllowedYanks::from_manifest(&manifest, &env, options.dependency_mode),
            hasher,
            options.exclude_newer.clone(),
            context.locations(),
            context.build_options(),
            context.capabilities(),
        );
        let resolver = Resolver::new_custom_io(
            manifest,
            options,
            hasher,
            env,
            self.interpreter.markers(),
            Some(self.tags.clone()),
            &python,
            Conflicts::empty(),
            self.index,
            context.git(),
            context.capabilities(),
            context.locations(),
            EndingProvider::new(provider, first_error.clone(), context.own, asking),
            installed,
        )
        .with_reporter(self.reporter());
        let mut solving = pin!(resolver.resolve());
        let solved = match calls::unless_cancelled(&mut solving).await {
            Some(solved) => solved,
            // The solver is not left alone: it would wait for ever for what nobody fetches any more.
            None => {
                first_error.end();
                solving.await
            }
        };
        match first_error.take() {
            Some(error) => Err(error.into()),
            None => Ok(solved?),
        }
    }

    /// Named requirements first, then unnamed ones once named, then what source trees ask for.
    async fn requirements(
        &self,
        wanted: Vec<UnresolvedRequirementSpecification>,
        source_trees: &[SourceTree],
        hasher: &HashStrategy,
    ) -> Result<(Vec<Requirement>, Option<PackageName>), OperationError> {
        let mut requirements = self.named(wanted, hasher).await?;
        if source_trees.is_empty() {
            return Ok((requirements, None));
        }
        let resolutions = SourceTreeResolver::new(self.extras, hasher, self.index, self.database())
            .with_reporter(self.reporter())
            .resolve(source_trees.iter())
            .await?;
        let project = match &resolutions[..] {
            [resolution] => Some(resolution.project().clone()),
            _ => None,
        };
        let unused = self
            .extras
            .explicit_names()
            .filter(|extra| !resolutions.iter().any(|resolution| resolution.extras().contains(extra)))
            .sorted_unstable()
            .dedup()
            .collect::<Vec<_>>();
        if !unused.is_empty() {
            let s = if unused.len() == 1 { "" } else { "s" };
            return Err(anyhow!("Requested extra{s} not found: {}", unused.iter().join(", ")).into());
        }
        requirements.extend(resolutions.into_iter().flat_map(SourceTreeResolution::into_requirements));
        Ok((requirements, project))
    }

    /// Gives a name to what was asked for by URL or path alone.
    async fn named(
        &self,
        wanted: Vec<UnresolvedRequirementSpecification>,
        hasher: &HashStrategy,
    ) -> Result<Vec<Requirement>, OperationError> {
        let (mut named, unnamed): (Vec<_>, Vec<_>) = wanted.into_iter().partition_map(|spec| match spec.requirement {
            UnresolvedRequirement::Named(requirement) => Either::Left(requirement),
            UnresolvedRequirement::Unnamed(requirement) => Either::Right(requirement),
        });
        if !unnamed.is_empty() {
            named.extend(
                NamedRequirementsResolver::new(hasher, self.index, self.database())
                    .with_reporter(self.reporter())
                    .resolve(unnamed.into_iter())
                    .await?,
            );
        }
        Ok(named)
    }

    fn database(&self) -> DistributionDatabase<'a, Builds<'a>> {
        DistributionDatabase::new(self.client, self.build_context, self.concurrency.downloads_semaphore.clone())
    }

    fn reporter(&self) -> Arc<LineReporter> {
        Arc::new(LineReporter::new(self.printer))
    }
}
