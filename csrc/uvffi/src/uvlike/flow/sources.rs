//! What a command that installs asks for: arguments, files, and the workspace's own settings, read together.

use uv_configuration::{ExcludeDependency, Override};
use uv_distribution_types::{
    Index, IndexLocations, NameRequirementSpecification, Origin, Requirement, RequirementSource, UnresolvedRequirement,
};
use uv_fs::CWD;
use uv_git_types::GitUrl;
use uv_pypi_types::ParsedUrl;
use uv_requirements::{RequirementsSource, RequirementsSpecification};

use super::{Flow, Stop, commits, files};
use crate::reroute::Reroute;
use crate::uvlike::settings::{PipInstallSettings, PipSettings};

/// Everything asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) spec: RequirementsSpecification,
    pub(super) constraints: Vec<NameRequirementSpecification>,
    pub(super) build_constraints: Vec<NameRequirementSpecification>,
    pub(super) lowered_overrides: Vec<Override<Requirement>>,
    pub(super) excludes: Vec<ExcludeDependency>,
    /// What comes from Git.
    pub(super) repositories: Vec<GitUrl>,
    /// Whether something of it is a source tree.
    pub(super) has_source_trees: bool,
}

impl Flow<'_> {
    #[tracing::instrument(name = "requirements", level = "debug", skip_all)]
    pub(super) async fn read(&self, pip: &PipSettings) -> Result<Asked, Stop> {
        let sources = &self.resolved.sources;
        let extras = &pip.extras;
        if !extras.is_empty() && !sources.requirements.iter().any(RequirementsSource::allows_extras) {
            return Err(Reroute::because("extras without a source that has them").into());
        }
        files::note(sources.all(), &CWD, self.notes);
        // Nothing is touched yet: whatever is wrong here, the Child tells it.
        let mut spec = RequirementsSpecification::from_sources(
            &sources.requirements,
            &sources.constraints,
            &sources.overrides,
            &sources.excludes,
            Some(&sources.groups),
            &self.client,
        )
        .await
        .map_err(unreadable)?;
        if spec.pylock.is_some() {
            return Err(Reroute::because("a pylock.toml is installed by the Child").into());
        }
        if !spec.groups.is_empty() {
            return Err(Reroute::because("dependency groups are read by the Child").into());
        }
        let build_constraints = match &sources.build_constraints[..] {
            [] => Vec::new(),
            files => {
                RequirementsSpecification::from_sources(&[], files, &[], &[], None, &self.client)
                    .await
                    .map_err(unreadable)?
                    .constraints
            }
        };
        let (repositories, has_source_trees) = (commits::asked(&spec), has_source_trees(&spec));
        let constraints = std::mem::take(&mut spec.constraints);
        let lowered_overrides = std::mem::take(&mut spec.override_dependencies);
        let excludes = std::mem::take(&mut spec.excludes);
        Ok(Asked { spec, constraints, build_constraints, lowered_overrides, excludes, repositories, has_source_trees })
    }
}

impl Asked {
    /// Together with what the workspace's own settings say.
    pub(super) fn with_workspace(mut self, settings: &PipInstallSettings) -> Self {
        let constraints = settings.constraints_from_workspace.iter().cloned();
        self.constraints.extend(constraints.map(NameRequirementSpecification::from));
        let for_builds = settings.build_constraints_from_workspace.iter().cloned();
        self.build_constraints.extend(for_builds.map(NameRequirementSpecification::from));
        self.lowered_overrides.extend(settings.overrides_from_workspace.iter().cloned());
        self.excludes.extend(settings.excludes_from_workspace.iter().cloned());
        self
    }
}

fn unreadable(error: anyhow::Error) -> Reroute {
    Reroute::because(format!("the requirements can't be read: {error}"))
}

/// Whether a source tree may be read, on the way of what is asked for.
fn has_source_trees(spec: &RequirementsSpecification) -> bool {
    let is_tree = |asked: &UnresolvedRequirement| match asked {
        UnresolvedRequirement::Named(named) => matches!(named.source, RequirementSource::Directory { .. }),
        UnresolvedRequirement::Unnamed(unnamed) => matches!(unnamed.url.parsed_url, ParsedUrl::Directory(_)),
    };
    !spec.source_trees.is_empty()
        || spec.requirements.iter().chain(&spec.overrides).any(|entry| is_tree(&entry.requirement))
        || spec.constraints.iter().any(|entry| matches!(entry.requirement.source, RequirementSource::Directory { .. }))
}

/// The indexes of the settings and those that requirements files name.
pub(super) fn index_locations(pip: &PipSettings, spec: &RequirementsSpecification) -> IndexLocations {
    pip.index_locations.clone().combine(
        spec.extra_index_urls
            .iter()
            .cloned()
            .map(Index::from_extra_index_url)
            .chain(spec.index_url.clone().map(Index::from_index_url))
            .map(|index| index.with_origin(Origin::RequirementsTxt))
            .collect(),
        spec.find_links
            .iter()
            .cloned()
            .map(Index::from_find_links)
            .map(|index| index.with_origin(Origin::RequirementsTxt))
            .collect(),
        spec.no_index,
    )
}
