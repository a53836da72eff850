//! How uv's crates see building: as uv does it in the Child that prepares, and refused everywhere else, which is
//! remembered as the reason for that Child.
//!
//! A build runs foreign programs that must be killable as a whole, so it belongs in a process of its own.

use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

use uv_cache::Cache;
use uv_client::RegistryClient;
use uv_configuration::{BuildKind, BuildOptions, BuildOutput, Concurrency, Constraints, IndexStrategy, NoSources};
use uv_dispatch::{BuildDispatch, BuildDispatchError, SharedState};
use uv_distribution_filename::DistFilename;
use uv_distribution_types::{
    CachedDist, ConfigSettings, DependencyMetadata, ExtraBuildRequires, ExtraBuildVariables, IndexCapabilities,
    IndexLocations, IsBuildBackendError, PackageConfigSettings, Requirement, SourceDist,
};
use uv_errors::{Hint, Hints};
use uv_git::GitResolver;
use uv_git_types::GitUrl;
use uv_preview::Preview;
use uv_python::{Interpreter, PythonEnvironment};
use uv_resolver::FlatIndex;
use uv_types::{
    AnyErrorBuild, BuildArena, BuildContext, BuildIsolation, BuildStack, HashStrategy, ResolvedRequirements,
    SourceTreeEditablePolicy,
};
use uv_workspace::WorkspaceCache;

use super::{Building, Stop};
use crate::reroute::Reroute;
use crate::uvlike::settings::PipSettings;

type Built = <BuildDispatch<'static> as BuildContext>::SourceDistBuilder;

/// A [`BuildContext`]: uv's own, whose builds are refused unless this process is there for them.
pub(crate) struct Builds<'a> {
    uv: BuildDispatch<'a>,
    pub(crate) index_strategy: IndexStrategy,
    pub(crate) own: &'a Own,
}

/// What builds are made with.
pub(super) struct Means<'a> {
    pub(super) client: &'a RegistryClient,
    pub(super) cache: &'a Cache,
    pub(super) constraints: &'a Constraints,
    pub(super) interpreter: &'a Interpreter,
    pub(super) index_locations: &'a IndexLocations,
    pub(super) flat_index: &'a FlatIndex,
    pub(super) build_options: &'a BuildOptions,
    pub(super) hasher: &'a HashStrategy,
    pub(super) isolation: BuildIsolation<'a>,
    pub(super) settings: &'a PipSettings,
    pub(super) workspace_cache: &'a WorkspaceCache,
    pub(super) concurrency: &'a Concurrency,
    pub(super) preview: Preview,
    pub(super) own: &'a Own,
}

impl<'a> Means<'a> {
    pub(super) fn builds(&self, extra_build_requires: &'a ExtraBuildRequires) -> Builds<'a> {
        let pip = self.settings;
        let uv = BuildDispatch::new(
            self.client,
            self.cache,
            self.constraints,
            self.interpreter,
            self.index_locations,
            self.flat_index,
            &pip.dependency_metadata,
            self.own.state.clone(),
            pip.index_strategy,
            &pip.config_setting,
            &pip.config_settings_package,
            self.isolation,
            extra_build_requires,
            &pip.extra_build_variables,
            pip.link_mode,
            self.build_options,
            self.hasher,
            pip.exclude_newer.clone(),
            pip.sources.clone(),
            SourceTreeEditablePolicy::Project,
            self.workspace_cache.clone(),
            self.concurrency.clone(),
            self.preview,
        );
        Builds { uv, index_strategy: pip.index_strategy, own: self.own }
    }
}

/// What belongs to one call alone: uv remembers failures and stale paths in its state.
#[derive(Default)]
pub(crate) struct Own {
    pub(super) state: SharedState,
    /// Whether builds are done, and Git is run.
    here: bool,
    /// Whether another process has done so, and told of the commits that it found.
    done: bool,
    wanted: OnceLock<String>,
}

impl Own {
    pub(super) fn new(building: &Building) -> Self {
        let own = Self {
            here: matches!(building, Building::Here),
            done: matches!(building, Building::Done(_)),
            ..Self::default()
        };
        if let Building::Done(prepared) = building {
            prepared.account.commits.iter().for_each(|commit| commit.tell(own.state.git()));
        }
        own
    }

    /// Remembers that another process has to do this; the first reason stays.
    fn leave_to_child(&self, reason: impl Into<String>) {
        let _ = self.wanted.set(reason.into());
    }

    /// Whether what comes from a repository may be asked for: where it is fetched, or is known to have been. Where not,
    /// that is the reason for a Child.
    pub(super) fn may_ask(&self, git: &GitUrl) -> bool {
        let may = self.here || self.done && self.state.git().get_precise(git).is_some();
        if !may {
            self.leave_to_child(format!("`{}` is fetched with Git", git.url()));
        }
        may
    }

    /// The reason for a Child, if one arose.
    pub(super) fn stop(&self) -> Result<(), Stop> {
        match self.wanted.get() {
            Some(reason) => Err(Stop::Unbuilt(Reroute::because(reason.clone()))),
            None => Ok(()),
        }
    }

    /// Whether one arose.
    pub(crate) fn is_left(&self) -> bool {
        self.wanted.get().is_some()
    }
}

impl Builds<'_> {
    fn refuse(&self, what: impl std::fmt::Display) -> NotBuilt {
        let reason = format!("a build of {what} is needed");
        self.own.leave_to_child(reason.clone());
        NotBuilt::Refused(reason)
    }

    /// What is told of a source where it has no name yet.
    fn refuse_source(&self, source: &Path, version_id: Option<&str>) -> NotBuilt {
        self.refuse(version_id.map_or_else(|| source.to_string_lossy(), Cow::Borrowed))
    }
}

/// Why there is no build.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotBuilt {
    /// Never shown to a user: another process answers.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Failed(#[from] BuildDispatchError),
    #[error(transparent)]
    Backend(AnyErrorBuild),
}

impl Hint for NotBuilt {
    fn hints(&self) -> Hints<'_> {
        match self {
            Self::Refused(_) => Hints::none(),
            Self::Failed(error) => error.hints(),
            Self::Backend(error) => error.hints(),
        }
    }
}

impl IsBuildBackendError for NotBuilt {
    fn is_build_backend_error(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Failed(error) => error.is_build_backend_error(),
            Self::Backend(error) => error.is_build_backend_error(),
        }
    }
}

#[allow(refining_impl_trait)]
impl BuildContext for Builds<'_> {
    type SourceDistBuilder = Built;

    async fn interpreter(&self) -> &Interpreter {
        self.uv.interpreter().await
    }

    fn cache(&self) -> &Cache {
        self.uv.cache()
    }

    fn git(&self) -> &GitResolver {
        self.uv.git()
    }

    fn build_arena(&self) -> &BuildArena<Built> {
        self.uv.build_arena()
    }

    fn capabilities(&self) -> &IndexCapabilities {
        self.uv.capabilities()
    }

    fn dependency_metadata(&self) -> &DependencyMetadata {
        self.uv.dependency_metadata()
    }

    fn build_options(&self) -> &BuildOptions {
        self.uv.build_options()
    }

    fn build_isolation(&self) -> BuildIsolation<'_> {
        self.uv.build_isolation()
    }

    fn config_settings(&self) -> &ConfigSettings {
        self.uv.config_settings()
    }

    fn config_settings_package(&self) -> &PackageConfigSettings {
        self.uv.config_settings_package()
    }

    fn sources(&self) -> &NoSources {
        self.uv.sources()
    }

    fn source_tree_editable_policy(&self) -> SourceTreeEditablePolicy {
        self.uv.source_tree_editable_policy()
    }

    fn locations(&self) -> &IndexLocations {
        self.uv.locations()
    }

    fn workspace_cache(&self) -> &WorkspaceCache {
        self.uv.workspace_cache()
    }

    fn extra_build_requires(&self) -> &ExtraBuildRequires {
        self.uv.extra_build_requires()
    }

    fn extra_build_variables(&self) -> &ExtraBuildVariables {
        self.uv.extra_build_variables()
    }

    async fn resolve<'a>(
        &'a self,
        requirements: &'a [Requirement],
        build_stack: &'a BuildStack,
    ) -> Result<ResolvedRequirements, NotBuilt> {
        if !self.own.here {
            return Err(self.refuse("a source distribution"));
        }
        Ok(self.uv.resolve(requirements, build_stack).await?)
    }

    async fn install<'a>(
        &'a self,
        requirements: &'a ResolvedRequirements,
        venv: &'a PythonEnvironment,
        build_stack: &'a BuildStack,
    ) -> Result<Vec<CachedDist>, NotBuilt> {
        if !self.own.here {
            return Err(self.refuse("a source distribution"));
        }
        Ok(self.uv.install(requirements, venv, build_stack).await?)
    }

    async fn setup_build<'a>(
        &'a self,
        source: &'a Path,
        subdirectory: Option<&'a Path>,
        install_path: &'a Path,
        stop_discovery_at: Option<&'a Path>,
        version_id: Option<&'a str>,
        dist: Option<&'a SourceDist>,
        sources: &'a NoSources,
        build_kind: BuildKind,
        build_output: BuildOutput,
        build_stack: BuildStack,
    ) -> Result<Built, NotBuilt> {
        if !self.own.here {
            return Err(self.refuse_source(source, version_id));
        }
        let build = self.uv.setup_build(
            source,
            subdirectory,
            install_path,
            stop_discovery_at,
            version_id,
            dist,
            sources,
            build_kind,
            build_output,
            build_stack,
        );
        build.await.map_err(|error| NotBuilt::Backend(error.into()))
    }

    async fn direct_build<'a>(
        &'a self,
        source: &'a Path,
        subdirectory: Option<&'a Path>,
        output_dir: &'a Path,
        sources: NoSources,
        build_kind: BuildKind,
        version_id: Option<&'a str>,
    ) -> Result<Option<DistFilename>, NotBuilt> {
        if !self.own.here {
            return Err(self.refuse_source(source, version_id));
        }
        Ok(self.uv.direct_build(source, subdirectory, output_dir, sources, build_kind, version_id).await?)
    }
}
