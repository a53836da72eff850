//! How uv's crates see building in the resident engine: it is refused, and remembered as a reason for the Child.
//!
//! A build runs foreign programs that must be killable as a whole, so it belongs in a process of its own.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use uv_cache::Cache;
use uv_configuration::{BuildKind, BuildOptions, BuildOutput, NoSources};
use uv_distribution_filename::DistFilename;
use uv_distribution_types::{
    CachedDist, ConfigSettings, DependencyMetadata, ExtraBuildRequires, ExtraBuildVariables, IndexCapabilities,
    IndexLocations, IsBuildBackendError, PackageConfigSettings, Requirement, SourceDist,
};
use uv_git::GitResolver;
use uv_python::{Interpreter, PythonEnvironment};
use uv_types::{
    AnyErrorBuild, BuildArena, BuildContext, BuildIsolation, BuildStack, ResolvedRequirements, SourceBuildTrait,
};
use uv_workspace::WorkspaceCache;

use crate::reroute::Reroute;
use crate::uvlike::settings::PipSettings;

/// A [`BuildContext`] for requests that wheels, and builds already in uv's cache, can answer.
pub(crate) struct WheelsOnly<'a> {
    pub(crate) cache: &'a Cache,
    pub(crate) interpreter: &'a Interpreter,
    pub(crate) index_locations: &'a IndexLocations,
    pub(crate) build_options: &'a BuildOptions,
    pub(crate) build_isolation: BuildIsolation<'a>,
    pub(crate) extra_build_requires: &'a ExtraBuildRequires,
    pub(crate) settings: &'a PipSettings,
    pub(crate) workspace_cache: &'a WorkspaceCache,
    pub(crate) own: &'a Own,
}

/// What belongs to one call alone: uv remembers failures and stale paths in these.
#[derive(Default)]
pub(crate) struct Own {
    git: GitResolver,
    arena: BuildArena<NoBuild>,
    capabilities: IndexCapabilities,
    wanted: OnceLock<String>,
}

impl Own {
    /// Remembers that only the Child can do this; the first reason stays.
    pub(crate) fn leave_to_child(&self, reason: impl Into<String>) {
        let _ = self.wanted.set(reason.into());
    }

    /// The reason for the Child, if one arose.
    pub(crate) fn reroute(&self) -> Result<(), Reroute> {
        match self.wanted.get() {
            Some(reason) => Err(Reroute::because(reason.clone())),
            None => Ok(()),
        }
    }
}

impl WheelsOnly<'_> {
    fn refuse(&self, what: impl fmt::Display) -> BuildRefused {
        let refused = BuildRefused(format!("a build of {what} is needed"));
        self.own.leave_to_child(refused.0.clone());
        refused
    }
}

/// Never shown to a user: the request is answered by the Child.
#[derive(Debug)]
pub(crate) struct BuildRefused(String);

impl fmt::Display for BuildRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BuildRefused {}

impl uv_errors::Hint for BuildRefused {}

impl IsBuildBackendError for BuildRefused {
    fn is_build_backend_error(&self) -> bool {
        false
    }
}

/// No value of this type exists: [`WheelsOnly::setup_build`] never succeeds.
pub(crate) enum NoBuild {}

impl SourceBuildTrait for NoBuild {
    async fn metadata(&mut self) -> Result<Option<PathBuf>, AnyErrorBuild> {
        match *self {}
    }

    async fn wheel<'a>(&'a self, _wheel_dir: &'a Path) -> Result<String, AnyErrorBuild> {
        match *self {}
    }
}

#[allow(refining_impl_trait)]
impl BuildContext for WheelsOnly<'_> {
    type SourceDistBuilder = NoBuild;

    async fn interpreter(&self) -> &Interpreter {
        self.interpreter
    }

    fn cache(&self) -> &Cache {
        self.cache
    }

    fn git(&self) -> &GitResolver {
        &self.own.git
    }

    fn build_arena(&self) -> &BuildArena<NoBuild> {
        &self.own.arena
    }

    fn capabilities(&self) -> &IndexCapabilities {
        &self.own.capabilities
    }

    fn dependency_metadata(&self) -> &DependencyMetadata {
        &self.settings.dependency_metadata
    }

    fn build_options(&self) -> &BuildOptions {
        self.build_options
    }

    fn build_isolation(&self) -> BuildIsolation<'_> {
        self.build_isolation
    }

    fn config_settings(&self) -> &ConfigSettings {
        &self.settings.config_setting
    }

    fn config_settings_package(&self) -> &PackageConfigSettings {
        &self.settings.config_settings_package
    }

    fn sources(&self) -> &NoSources {
        &self.settings.sources
    }

    fn locations(&self) -> &IndexLocations {
        self.index_locations
    }

    fn workspace_cache(&self) -> &WorkspaceCache {
        self.workspace_cache
    }

    fn extra_build_requires(&self) -> &ExtraBuildRequires {
        self.extra_build_requires
    }

    fn extra_build_variables(&self) -> &ExtraBuildVariables {
        &self.settings.extra_build_variables
    }

    async fn resolve<'a>(
        &'a self,
        _requirements: &'a [Requirement],
        _build_stack: &'a BuildStack,
    ) -> Result<ResolvedRequirements, BuildRefused> {
        Err(self.refuse("a source distribution"))
    }

    async fn install<'a>(
        &'a self,
        _requirements: &'a ResolvedRequirements,
        _venv: &'a PythonEnvironment,
        _build_stack: &'a BuildStack,
    ) -> Result<Vec<CachedDist>, BuildRefused> {
        Err(self.refuse("a source distribution"))
    }

    async fn setup_build<'a>(
        &'a self,
        source: &'a Path,
        _subdirectory: Option<&'a Path>,
        _install_path: &'a Path,
        _stop_discovery_at: Option<&'a Path>,
        version_id: Option<&'a str>,
        _dist: Option<&'a SourceDist>,
        _sources: &'a NoSources,
        _build_kind: BuildKind,
        _build_output: BuildOutput,
        _build_stack: BuildStack,
    ) -> Result<NoBuild, BuildRefused> {
        let what = version_id.map_or_else(|| source.to_string_lossy(), Cow::Borrowed);
        Err(self.refuse(what))
    }

    async fn direct_build<'a>(
        &'a self,
        source: &'a Path,
        _subdirectory: Option<&'a Path>,
        _output_dir: &'a Path,
        _sources: NoSources,
        _build_kind: BuildKind,
        version_id: Option<&'a str>,
    ) -> Result<Option<DistFilename>, BuildRefused> {
        let what = version_id.map_or_else(|| source.to_string_lossy(), Cow::Borrowed);
        Err(self.refuse(what))
    }
}
