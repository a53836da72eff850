use std::path::{Path, PathBuf};

use uv_configuration::Reinstall;
use uv_pep508::VersionOrUrl;
use uv_pypi_types::ParsedUrl;
use uv_requirements::{GroupsSpecification, RequirementsSource};
use uv_requirements_txt::RequirementsTxtRequirement;

use super::resolved::Command;
use super::{PipInstallSettings, PipSyncSettings, refused};
use crate::reroute::Reroute;

/// Where the requirements of a command stand, in uv's order. Nothing of it has been read yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    pub(crate) requirements: Vec<RequirementsSource>,
    pub(crate) constraints: Vec<RequirementsSource>,
    pub(crate) overrides: Vec<RequirementsSource>,
    pub(crate) excludes: Vec<RequirementsSource>,
    pub(crate) build_constraints: Vec<RequirementsSource>,
    pub(crate) groups: GroupsSpecification,
    /// What to install again: the setting, and every source tree named on the command line.
    pub(crate) reinstall: Reinstall,
}

impl Sources {
    /// The sources of `command`, with names read relative to `directory`.
    pub(super) fn of(command: &Command, directory: &Path) -> Result<Self, Reroute> {
        match command {
            Command::Install(settings) => Self::of_install(settings, directory),
            Command::Sync(settings) => Self::of_sync(settings, directory),
            Command::Uninstall(settings) => Ok(Self {
                requirements: requirements(&settings.package, &[], &settings.requirements, directory)?,
                ..Self::default()
            }),
            _ => Ok(Self::default()),
        }
    }

    fn of_install(settings: &PipInstallSettings, directory: &Path) -> Result<Self, Reroute> {
        let requirements = requirements(&settings.package, &settings.editables, &settings.requirements, directory)?;
        let reinstall = requirements.iter().fold(settings.settings.reinstall.clone(), with_source_tree);
        Ok(Self {
            requirements,
            constraints: files(&settings.constraints, RequirementsSource::from_constraints_txt)?,
            overrides: files(&settings.overrides, RequirementsSource::from_overrides_txt)?,
            excludes: files(&settings.excludes, RequirementsSource::from_requirements_txt)?,
            build_constraints: files(&settings.build_constraints, RequirementsSource::from_overrides_txt)?,
            groups: GroupsSpecification { root: directory.to_path_buf(), groups: settings.settings.groups.clone() },
            reinstall,
        })
    }

    fn of_sync(settings: &PipSyncSettings, directory: &Path) -> Result<Self, Reroute> {
        Ok(Self {
            requirements: files(&settings.src_file, RequirementsSource::from_requirements_file)?,
            constraints: files(&settings.constraints, RequirementsSource::from_constraints_txt)?,
            build_constraints: files(&settings.build_constraints, RequirementsSource::from_constraints_txt)?,
            groups: GroupsSpecification { root: directory.to_path_buf(), groups: settings.settings.groups.clone() },
            reinstall: settings.settings.reinstall.clone(),
            ..Self::default()
        })
    }

    /// The files of all kinds, as they were given.
    pub(crate) fn all(&self) -> impl Iterator<Item = &RequirementsSource> {
        self.requirements
            .iter()
            .chain(&self.constraints)
            .chain(&self.overrides)
            .chain(&self.excludes)
            .chain(&self.build_constraints)
    }
}

fn requirements(
    packages: &[String],
    editables: &[String],
    paths: &[PathBuf],
    directory: &Path,
) -> Result<Vec<RequirementsSource>, Reroute> {
    let mut sources = Vec::with_capacity(packages.len() + editables.len() + paths.len());
    for name in packages {
        // Not uv's own constructor for arguments: on a terminal it asks, and may end the process.
        let requirement = RequirementsTxtRequirement::parse(name, directory, false)
            .map_err(|error| refused(format!("failed to parse `{name}`: {error}")))?;
        sources.push(RequirementsSource::Package(requirement));
    }
    for name in editables {
        sources.push(RequirementsSource::from_editable(name).map_err(refused)?);
    }
    sources.extend(files(paths, RequirementsSource::from_requirements_file)?);
    Ok(sources)
}

fn files(
    paths: &[PathBuf],
    source: fn(PathBuf) -> anyhow::Result<RequirementsSource>,
) -> Result<Vec<RequirementsSource>, Reroute> {
    paths.iter().cloned().map(|path| source(path).map_err(refused)).collect()
}

/// Installing a source tree by its path always builds it anew, whatever was installed from it.
fn with_source_tree(reinstall: Reinstall, source: &RequirementsSource) -> Reinstall {
    let Some(ParsedUrl::Directory(tree)) = direct_url(source) else {
        return reinstall;
    };
    match source {
        RequirementsSource::Package(RequirementsTxtRequirement::Named(requirement))
        | RequirementsSource::Editable(RequirementsTxtRequirement::Named(requirement)) => {
            reinstall.with_package(requirement.name.clone())
        }
        _ => reinstall.with_path(tree.install_path.clone()),
    }
}

/// The URL or path that an argument names directly, if it does.
fn direct_url(source: &RequirementsSource) -> Option<&ParsedUrl> {
    let (RequirementsSource::Package(requirement) | RequirementsSource::Editable(requirement)) = source else {
        return None;
    };
    match requirement {
        RequirementsTxtRequirement::Named(requirement) => match &requirement.version_or_url {
            Some(VersionOrUrl::Url(url)) => Some(&url.parsed_url),
            _ => None,
        },
        RequirementsTxtRequirement::Unnamed(requirement) => Some(&requirement.url.parsed_url),
    }
}
