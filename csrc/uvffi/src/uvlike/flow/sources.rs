//! What a command that installs asks for: arguments, files, and the workspace's own settings, read together.

use uv_configuration::{ExcludeDependency, Override};
use uv_distribution_types::{
    Index, IndexLocations, NameRequirementSpecification, Origin, Requirement, RequirementSource, UnresolvedRequirement,
};
use uv_fs::CWD;
use uv_pypi_types::ParsedUrl;
use uv_requirements::{RequirementsSource, RequirementsSpecification};

use super::{Flow, Stop, files};
use crate::reroute::Reroute;
use crate::uvlike::settings::{PipInstallSettings, PipSettings};

/// Everything asked for. What needs a build goes to the Child: build constraints are only looked at for mistakes.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) spec: RequirementsSpecification,
    pub(super) constraints: Vec<NameRequirementSpecification>,
    pub(super) build_constraints: Vec<NameRequirementSpecification>,
    pub(super) lowered_overrides: Vec<Override<Requirement>>,
    pub(super) excludes: Vec<ExcludeDependency>,
}

impl Flow<'_> {
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
        if let Some(what) = from_version_control(&spec) {
            return Err(Reroute::because(format!("`{what}` comes from a version control system")).into());
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
        let constraints = std::mem::take(&mut spec.constraints);
        let lowered_overrides = std::mem::take(&mut spec.override_dependencies);
        let excludes = std::mem::take(&mut spec.excludes);
        Ok(Asked { spec, constraints, build_constraints, lowered_overrides, excludes })
    }
}

impl Asked {
    /// Together with what the workspace's own settings say.
    pub(super) fn with_workspace(mut self, settings: &PipInstallSettings) -> Self {
        let constraints = settings.constraints_from_workspace.iter().cloned();
        self.constraints.extend(constraints.map(NameRequirementSpecification::from));
        self.lowered_overrides.extend(settings.overrides_from_workspace.iter().cloned());
        self.excludes.extend(settings.excludes_from_workspace.iter().cloned());
        self
    }
}

fn unreadable(error: anyhow::Error) -> Reroute {
    Reroute::because(format!("the requirements can't be read: {error}"))
}

/// What uv would fetch with Git, a program of its own.
fn from_version_control(spec: &RequirementsSpecification) -> Option<String> {
    let asked = spec.requirements.iter().chain(&spec.overrides).map(|entry| &entry.requirement);
    let of_asked = asked.filter(|asked| match asked {
        UnresolvedRequirement::Named(named) => is_git(&named.source),
        UnresolvedRequirement::Unnamed(unnamed) => {
            matches!(unnamed.url.parsed_url, ParsedUrl::GitDirectory(_) | ParsedUrl::GitPath(_))
        }
    });
    let constraints = spec.constraints.iter().map(|entry| &entry.requirement);
    let of_constraints = constraints.filter(|constraint| is_git(&constraint.source));
    of_asked.map(ToString::to_string).chain(of_constraints.map(ToString::to_string)).next()
}

fn is_git(source: &RequirementSource) -> bool {
    matches!(source, RequirementSource::GitDirectory { .. } | RequirementSource::GitPath { .. })
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
