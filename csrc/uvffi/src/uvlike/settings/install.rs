use std::path::PathBuf;

use anyhow::Result;
use uv_cache::Refresh;
use uv_cli::options::{IntoPipOptions, flag};
use uv_cli::{HashCheckingArgs, Maybe, PipInstallArgs};
use uv_configuration::{DryRun, EditableMode, ExcludeDependency, Override, PackageOverride};
use uv_distribution_types::Requirement;
use uv_pep508::RequirementOrigin;
use uv_pypi_types::VerbatimParsedUrl;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};
use uv_workspace::pyproject::OverrideDependency;

use super::layers::configured_indexes;
use super::pip::PipSettings;

/// What `uv pip install` was asked to do. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipInstallSettings {
    pub(crate) package: Vec<String>,
    pub(crate) requirements: Vec<PathBuf>,
    pub(crate) editables: Vec<String>,
    pub(crate) editable: Option<EditableMode>,
    pub(crate) constraints: Vec<PathBuf>,
    pub(crate) overrides: Vec<PathBuf>,
    pub(crate) excludes: Vec<PathBuf>,
    pub(crate) build_constraints: Vec<PathBuf>,
    pub(crate) dry_run: DryRun,
    pub(crate) constraints_from_workspace: Vec<Requirement>,
    pub(crate) overrides_from_workspace: Vec<Override<Requirement>>,
    pub(crate) excludes_from_workspace: Vec<ExcludeDependency>,
    pub(crate) build_constraints_from_workspace: Vec<Requirement>,
    pub(crate) modifications: Modifications,
    pub(crate) refresh: Refresh,
    pub(crate) settings: PipSettings,
}

/// What becomes of distributions that nothing asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modifications {
    /// They stay, as with pip.
    Sufficient,
    /// They are removed: `--exact`.
    Exact,
}

impl PipInstallSettings {
    pub(super) fn resolve(
        args: PipInstallArgs,
        filesystem: Option<FilesystemOptions>,
        environment: EnvironmentOptions,
    ) -> Result<Self> {
        // Named one by one, so that a new argument of uv's doesn't compile before it is taken care of.
        let PipInstallArgs {
            package,
            requirements,
            editable,
            no_editable,
            no_editable_package,
            constraints,
            overrides,
            excludes,
            build_constraints,
            extra,
            all_extras,
            no_all_extras,
            group,
            installer,
            refresh,
            no_deps,
            deps,
            hash_checking,
            python,
            system,
            no_system,
            break_system_packages,
            no_break_system_packages,
            target,
            prefix,
            no_build,
            build,
            no_binary,
            only_binary,
            python_version,
            python_platform,
            inexact,
            exact,
            strict,
            no_strict,
            dry_run,
            torch_backend,
            compat_args: _,
        } = args;
        let HashCheckingArgs { require_hashes, no_require_hashes, verify_hashes, no_verify_hashes } = hash_checking;

        let files = filesystem.as_deref();
        let constraints_from_workspace =
            from_workspace(files.and_then(|files| files.constraint_dependencies.as_deref()));
        let build_constraints_from_workspace =
            from_workspace(files.and_then(|files| files.build_constraint_dependencies.as_deref()));
        let overrides_from_workspace = files
            .and_then(|files| files.override_dependencies.as_deref())
            .unwrap_or_default()
            .iter()
            .map(workspace_override)
            .collect();
        let excludes_from_workspace = files.and_then(|files| files.exclude_dependencies.clone()).unwrap_or_default();

        let exact = flag(exact, inexact, "inexact")?.unwrap_or(false);
        let refresh = Refresh::try_from(refresh)?;
        let no_editable = no_editable || environment.no_editable.value == Some(true);
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            break_system_packages: flag(break_system_packages, no_break_system_packages, "break-system-packages")?,
            target,
            prefix,
            no_build: flag(no_build, build, "build")?,
            no_binary,
            only_binary,
            strict: flag(strict, no_strict, "strict")?,
            extra,
            all_extras: flag(all_extras, no_all_extras, "all-extras")?,
            group: Some(group),
            no_deps: flag(no_deps, deps, "deps")?,
            python_version,
            python_platform,
            require_hashes: flag(require_hashes, no_require_hashes, "require-hashes")?,
            verify_hashes: flag(verify_hashes, no_verify_hashes, "verify-hashes")?,
            torch_backend,
            ..installer.into_pip_options(configured_indexes(filesystem.as_ref()))?
        };

        Ok(Self {
            package,
            requirements,
            editables: editable,
            editable: EditableMode::from_args(no_editable.then_some(false), no_editable_package),
            constraints: given(constraints),
            overrides: given(overrides),
            excludes: given(excludes),
            build_constraints: given(build_constraints),
            dry_run: DryRun::from_args(dry_run),
            constraints_from_workspace,
            overrides_from_workspace,
            excludes_from_workspace,
            build_constraints_from_workspace,
            modifications: if exact { Modifications::Exact } else { Modifications::Sufficient },
            refresh,
            settings: PipSettings::combine(options, filesystem, &environment),
        })
    }
}

/// Drops the empty values by which a variable says "none".
pub(super) fn given(paths: Vec<Maybe<PathBuf>>) -> Vec<PathBuf> {
    paths.into_iter().filter_map(Maybe::into_option).collect()
}

type Declared = uv_pep508::Requirement<VerbatimParsedUrl>;

/// Requirements of the `[tool.uv]` table; messages name the workspace as where they come from.
fn from_workspace(requirements: Option<&[Declared]>) -> Vec<Requirement> {
    requirements.unwrap_or_default().iter().map(workspace_requirement).collect()
}

fn workspace_requirement(requirement: &Declared) -> Requirement {
    Requirement::from(requirement.clone().with_origin(RequirementOrigin::Workspace))
}

fn workspace_override(dependency: &OverrideDependency) -> Override<Requirement> {
    match dependency {
        OverrideDependency::Requirement(requirement) => Override::Requirement(workspace_requirement(requirement)),
        OverrideDependency::Package(package) => Override::Package(PackageOverride {
            package: package.package.clone(),
            dependencies: package.dependencies.iter().map(workspace_requirement).collect(),
        }),
    }
}
