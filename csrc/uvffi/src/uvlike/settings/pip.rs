use std::path::PathBuf;

use uv_configuration::{
    BuildIsolation, BuildOptions, ExtrasSpecification, HashCheckingMode, IndexStrategy, KeyringProviderType, NoSources,
    Reinstall, TargetTriple, Upgrade,
};
use uv_distribution_types::{
    ConfigSettings, DependencyMetadata, ExtraBuildVariables, Index, IndexLocations, PackageConfigSettings,
};
use uv_install_wheel::LinkMode;
use uv_normalize::{PackageName, PipGroupName};
use uv_pep440::Version;
use uv_python::{Prefix, PythonVersion, Target};
use uv_resolver::{
    AnnotationStyle, DependencyMode, ExcludeNewer, ForkStrategy, Prerelease, PrereleaseMode, ResolutionMode,
};
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions, PythonInstallMirrors};
use uv_torch::{AmdGpuArchitecture, TorchMode};
use uv_warnings::warn_user_once;
use uv_workspace::pyproject::ExtraBuildDependencies;

use super::layers::Merged;

/// What any `uv pip` command may be told. `Debug` is what `uv --show-settings` prints.
#[allow(dead_code, reason = "some fields are only shown")]
#[derive(Debug, Clone)]
pub(crate) struct PipSettings {
    pub(crate) index_locations: IndexLocations,
    pub(crate) python: Option<String>,
    pub(crate) install_mirrors: PythonInstallMirrors,
    pub(crate) system: bool,
    pub(crate) extras: ExtrasSpecification,
    pub(crate) groups: Vec<PipGroupName>,
    pub(crate) break_system_packages: bool,
    pub(crate) target: Option<Target>,
    pub(crate) prefix: Option<Prefix>,
    pub(crate) index_strategy: IndexStrategy,
    pub(crate) keyring_provider: KeyringProviderType,
    pub(crate) torch_backend: Option<TorchMode>,
    pub(crate) cuda_driver_version: Option<Version>,
    pub(crate) amd_gpu_architecture: Option<AmdGpuArchitecture>,
    pub(crate) build_isolation: BuildIsolation,
    pub(crate) extra_build_dependencies: ExtraBuildDependencies,
    pub(crate) extra_build_variables: ExtraBuildVariables,
    pub(crate) build_options: BuildOptions,
    pub(crate) allow_empty_requirements: bool,
    pub(crate) strict: bool,
    pub(crate) dependency_mode: DependencyMode,
    pub(crate) resolution: ResolutionMode,
    pub(crate) prerelease: Prerelease,
    pub(crate) fork_strategy: ForkStrategy,
    pub(crate) dependency_metadata: DependencyMetadata,
    pub(crate) output_file: Option<PathBuf>,
    pub(crate) no_strip_extras: bool,
    pub(crate) no_strip_markers: bool,
    pub(crate) no_annotate: bool,
    pub(crate) no_header: bool,
    pub(crate) custom_compile_command: Option<String>,
    pub(crate) generate_hashes: bool,
    pub(crate) config_setting: ConfigSettings,
    pub(crate) config_settings_package: PackageConfigSettings,
    pub(crate) python_version: Option<PythonVersion>,
    pub(crate) python_platform: Option<TargetTriple>,
    pub(crate) universal: bool,
    pub(crate) exclude_newer: ExcludeNewer,
    pub(crate) no_emit_package: Vec<PackageName>,
    pub(crate) emit_index_url: bool,
    pub(crate) emit_find_links: bool,
    pub(crate) emit_build_options: bool,
    pub(crate) emit_marker_expression: bool,
    pub(crate) emit_index_annotation: bool,
    pub(crate) annotation_style: AnnotationStyle,
    pub(crate) link_mode: LinkMode,
    pub(crate) compile_bytecode: bool,
    pub(crate) sources: NoSources,
    pub(crate) hash_checking: Option<HashCheckingMode>,
    pub(crate) upgrade: Upgrade,
    pub(crate) reinstall: Reinstall,
}

impl PipSettings {
    /// Merges the command line with the files, and gives what none of them sets its default.
    pub(super) fn combine(
        args: PipOptions,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Self {
        let Merged { options: set, indexes, build_isolation, upgrade, reinstall, build_options, install_mirrors } =
            Merged::of(args, filesystem, environment);

        let find_links = set.find_links.into_iter().flatten().map(Index::from);
        Self {
            index_locations: IndexLocations::new(indexes, find_links.collect(), set.no_index.unwrap_or_default()),
            python: set.python,
            install_mirrors,
            system: set.system.unwrap_or_default(),
            extras: ExtrasSpecification::from_args(
                set.extra.unwrap_or_default(),
                set.no_extra.unwrap_or_default(),
                false,
                Vec::new(),
                set.all_extras.unwrap_or_default(),
            ),
            groups: set.group.unwrap_or_default(),
            break_system_packages: set.break_system_packages.unwrap_or_default(),
            target: set.target.map(Target::from),
            prefix: set.prefix.map(Prefix::from),
            index_strategy: set.index_strategy.unwrap_or_default(),
            keyring_provider: set.keyring_provider.unwrap_or_default(),
            torch_backend: set.torch_backend,
            cuda_driver_version: environment.cuda_driver_version.clone(),
            amd_gpu_architecture: environment.amd_gpu_architecture,
            build_isolation,
            extra_build_dependencies: set.extra_build_dependencies.unwrap_or_default(),
            extra_build_variables: set.extra_build_variables.unwrap_or_default(),
            build_options,
            allow_empty_requirements: set.allow_empty_requirements.unwrap_or_default(),
            strict: set.strict.unwrap_or_default(),
            dependency_mode: match set.no_deps {
                Some(true) => DependencyMode::Direct,
                Some(false) | None => DependencyMode::Transitive,
            },
            resolution: set.resolution.unwrap_or_default(),
            prerelease: in_current_words(Prerelease {
                global: set.prerelease.unwrap_or_default(),
                package: set.prerelease_package.unwrap_or_default(),
            }),
            fork_strategy: set.fork_strategy.unwrap_or_default(),
            dependency_metadata: DependencyMetadata::from_entries(set.dependency_metadata.unwrap_or_default()),
            output_file: set.output_file,
            no_strip_extras: set.no_strip_extras.unwrap_or_default(),
            no_strip_markers: set.no_strip_markers.unwrap_or_default(),
            no_annotate: set.no_annotate.unwrap_or_default(),
            no_header: set.no_header.unwrap_or_default(),
            custom_compile_command: set.custom_compile_command,
            generate_hashes: set.generate_hashes.unwrap_or_default(),
            config_setting: set.config_settings.unwrap_or_default(),
            config_settings_package: set.config_settings_package.unwrap_or_default(),
            python_version: set.python_version,
            python_platform: set.python_platform,
            universal: set.universal.unwrap_or_default(),
            exclude_newer: ExcludeNewer::from_args(
                set.exclude_newer,
                set.exclude_newer_package.into_iter().flatten().map(Into::into).collect(),
            ),
            no_emit_package: set.no_emit_package.unwrap_or_default(),
            emit_index_url: set.emit_index_url.unwrap_or_default(),
            emit_find_links: set.emit_find_links.unwrap_or_default(),
            emit_build_options: set.emit_build_options.unwrap_or_default(),
            emit_marker_expression: set.emit_marker_expression.unwrap_or_default(),
            emit_index_annotation: set.emit_index_annotation.unwrap_or_default(),
            annotation_style: set.annotation_style.unwrap_or_default(),
            link_mode: set.link_mode.unwrap_or_default(),
            compile_bytecode: set.compile_bytecode.unwrap_or_default(),
            sources: NoSources::from_args(set.no_sources, set.no_sources_package.unwrap_or_default()),
            hash_checking: HashCheckingMode::from_args(set.require_hashes, set.verify_hashes),
            upgrade,
            reinstall,
        }
    }
}

/// The modes in today's words, for all packages and for single ones.
fn in_current_words(mut prerelease: Prerelease) -> Prerelease {
    prerelease
        .package
        .values_mut()
        .chain([&mut prerelease.global])
        .for_each(|mode| *mode = current_prerelease_mode(*mode));
    prerelease
}

/// One mode was given up for another; uv warns and goes on.
#[expect(deprecated, reason = "a file may still name it")]
fn current_prerelease_mode(mode: PrereleaseMode) -> PrereleaseMode {
    let (old, new) = ("if-necessary-or-explicit", "if-necessary");
    match mode {
        PrereleaseMode::IfNecessaryOrExplicit => {
            warn_user_once!(
                "The `{old}` pre-release mode is deprecated and will be removed in a future release. Use `{new}` instead."
            );
            PrereleaseMode::IfNecessary
        }
        mode => mode,
    }
}
