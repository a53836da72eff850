use std::path::PathBuf;

use anyhow::Result;
use uv_cache::Refresh;
use uv_cli::options::{IntoPipOptions, flag};
use uv_cli::{HashCheckingArgs, Maybe, PipSyncArgs};
use uv_configuration::{DryRun, Upgrade};
use uv_resolver::{DependencyMode, Prerelease, ResolutionMode};
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::install::given;
use super::layers::configured_indexes;
use super::pip::PipSettings;

/// What `uv pip sync` was asked to do. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipSyncSettings {
    pub(crate) src_file: Vec<PathBuf>,
    pub(crate) constraints: Vec<PathBuf>,
    pub(crate) build_constraints: Vec<PathBuf>,
    pub(crate) dry_run: DryRun,
    pub(crate) refresh: Refresh,
    pub(crate) settings: PipSettings,
}

impl PipSyncSettings {
    pub(super) fn resolve(
        args: PipSyncArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        // Named one by one, so that a new argument of uv's doesn't compile before it is taken care of.
        let PipSyncArgs {
            src_file,
            constraints,
            build_constraints,
            extra,
            all_extras,
            no_all_extras,
            group,
            installer,
            refresh,
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
            allow_empty_requirements,
            no_allow_empty_requirements,
            python_version,
            python_platform,
            strict,
            no_strict,
            dry_run,
            torch_backend,
            compat_args: _,
        } = args;
        let HashCheckingArgs { require_hashes, no_require_hashes, verify_hashes, no_verify_hashes } = hash_checking;
        let refresh = Refresh::try_from(refresh)?;
        let allow_empty = flag(allow_empty_requirements, no_allow_empty_requirements, "allow-empty-requirements")?;
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            break_system_packages: flag(break_system_packages, no_break_system_packages, "break-system-packages")?,
            target,
            prefix,
            no_build: flag(no_build, build, "build")?,
            no_binary,
            only_binary,
            allow_empty_requirements: allow_empty,
            strict: flag(strict, no_strict, "strict")?,
            extra,
            all_extras: flag(all_extras, no_all_extras, "all-extras")?,
            group: Some(group),
            python_version,
            python_platform,
            require_hashes: flag(require_hashes, no_require_hashes, "require-hashes")?,
            verify_hashes: flag(verify_hashes, no_verify_hashes, "verify-hashes")?,
            torch_backend,
            ..installer.into_pip_options(configured_indexes(filesystem.as_ref()))?
        };
        Ok(Self {
            src_file,
            constraints: given(constraints),
            build_constraints: given(build_constraints),
            dry_run: DryRun::from_args(dry_run),
            refresh,
            settings: PipSettings::combine(options, filesystem, environment),
        })
    }

    /// The settings by which it resolves: what files say about which versions to choose, and about dependencies, is
    /// nothing to it.
    pub(crate) fn as_locked(&self) -> PipSettings {
        PipSettings {
            resolution: ResolutionMode::default(),
            prerelease: Prerelease::default(),
            dependency_mode: DependencyMode::Direct,
            upgrade: Upgrade::default(),
            ..self.settings.clone()
        }
    }
}
