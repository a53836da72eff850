//! Three layers hold the options of a pip command: the command line (with the variables that clap reads), the
//! `[tool.uv.pip]` table, and the `[tool.uv]` table. Most options are the first layer that has one, lists are all
//! layers joined; both is what uv's own `Combine` does. The few that merge by a rule of their own are taken out of
//! their layers first.

use uv_configuration::{BuildIsolation, BuildOptions, NoBinary, NoBuild, Reinstall, Upgrade};
use uv_distribution_types::{Index, Requirement};
use uv_normalize::PackageName;
use uv_settings::{
    Combine, EnvironmentOptions, FilesystemOptions, Options, PipOptions, PythonInstallMirrors, ResolverInstallerSchema,
};

/// All layers, merged.
pub(super) struct Merged {
    /// What merges the ordinary way. The options behind the other fields are empty in it.
    pub(super) options: PipOptions,
    pub(super) indexes: Vec<Index>,
    pub(super) build_isolation: BuildIsolation,
    pub(super) upgrade: Upgrade,
    pub(super) reinstall: Reinstall,
    pub(super) build_options: BuildOptions,
    pub(super) install_mirrors: PythonInstallMirrors,
}

impl Merged {
    pub(super) fn of(
        mut args: PipOptions,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Self {
        let Options { top_level, pip, install_mirrors, .. } =
            filesystem.map(FilesystemOptions::into_options).unwrap_or_default();
        let (top_level, builds) = split(top_level);
        let mut files = pip.unwrap_or_default().combine(top_level);
        // The variable stands in for the flag; the files' packages join either.
        args.no_sources_package = args.no_sources_package.or_else(|| environment.no_sources_package.clone());

        let mut indexes = take_indexes(&mut args);
        indexes.extend(take_indexes(&mut files));
        let build_isolation =
            take_build_isolation(&mut args).combine(take_build_isolation(&mut files)).unwrap_or_default();
        let upgrade = take_upgrade(&mut args).combine(take_upgrade(&mut files)).unwrap_or_default();
        let reinstall = take_reinstall(&mut args).combine(take_reinstall(&mut files)).unwrap_or_default();
        let mut options = args.combine(files);
        let build_options = builds.join(&mut options);

        Self {
            options,
            indexes,
            build_isolation,
            upgrade,
            reinstall,
            build_options,
            install_mirrors: environment.install_mirrors.clone().combine(install_mirrors),
        }
    }
}

/// The build options of `[tool.uv]`: other types than in the pip table, and added to it instead of overruled by it.
struct Builds {
    no_build: Option<bool>,
    no_build_package: Option<Vec<PackageName>>,
    no_binary: Option<bool>,
    no_binary_package: Option<Vec<PackageName>>,
}

impl Builds {
    fn join(self, options: &mut PipOptions) -> BuildOptions {
        let no_binary = options.no_binary.take().unwrap_or_default();
        let only_binary = options.only_binary.take().unwrap_or_default();
        let no_build = options.no_build.take().unwrap_or_default();
        BuildOptions::new(
            NoBinary::from_pip_args(no_binary)
                .combine(NoBinary::from_args(self.no_binary, self.no_binary_package.unwrap_or_default())),
            NoBuild::from_pip_args(only_binary, no_build)
                .combine(NoBuild::from_args(self.no_build, self.no_build_package.unwrap_or_default())),
        )
    }
}

/// The `[tool.uv]` table in the shape of the pip table, and what has no such shape.
fn split(table: ResolverInstallerSchema) -> (PipOptions, Builds) {
    // Named one by one, so that a new setting of uv's doesn't compile before it is taken care of.
    let ResolverInstallerSchema {
        index,
        index_url,
        extra_index_url,
        no_index,
        find_links,
        index_strategy,
        keyring_provider,
        resolution,
        prerelease,
        prerelease_package,
        fork_strategy,
        dependency_metadata,
        config_settings,
        config_settings_package,
        no_build_isolation,
        no_build_isolation_package,
        extra_build_dependencies,
        extra_build_variables,
        exclude_newer,
        exclude_newer_package,
        link_mode,
        compile_bytecode,
        no_sources,
        no_sources_package,
        upgrade,
        upgrade_package,
        reinstall,
        reinstall_package,
        no_build,
        no_build_package,
        no_binary,
        no_binary_package,
        torch_backend,
    } = table;
    let options = PipOptions {
        index,
        index_url,
        extra_index_url,
        no_index,
        find_links,
        index_strategy,
        keyring_provider,
        resolution,
        prerelease,
        prerelease_package,
        fork_strategy,
        dependency_metadata,
        config_settings,
        config_settings_package,
        no_build_isolation,
        no_build_isolation_package,
        extra_build_dependencies,
        extra_build_variables,
        exclude_newer,
        exclude_newer_package,
        link_mode,
        compile_bytecode,
        no_sources,
        no_sources_package,
        upgrade,
        upgrade_package,
        reinstall,
        reinstall_package,
        torch_backend,
        ..PipOptions::default()
    };
    let builds = Builds { no_build, no_build_package, no_binary, no_binary_package };
    (options, builds)
}

/// The indexes of the files, which an index on the command line may name.
pub(super) fn configured_indexes(filesystem: Option<&FilesystemOptions>) -> &[Index] {
    filesystem.and_then(|files| files.top_level.index.as_deref()).unwrap_or_default()
}

/// The order of indexes is their priority: within a layer `--index`, then the extra ones, then the default one.
fn take_indexes(layer: &mut PipOptions) -> Vec<Index> {
    let named = layer.index.take().unwrap_or_default();
    let extra = layer.extra_index_url.take().unwrap_or_default();
    let default = layer.index_url.take();
    named.into_iter().chain(extra.into_iter().map(Index::from)).chain(default.into_iter().map(Index::from)).collect()
}

fn take_build_isolation(layer: &mut PipOptions) -> Option<BuildIsolation> {
    let packages = layer.no_build_isolation_package.take().unwrap_or_default();
    BuildIsolation::from_args(layer.no_build_isolation.take(), packages)
}

fn take_upgrade(layer: &mut PipOptions) -> Option<Upgrade> {
    let packages = layer.upgrade_package.take().unwrap_or_default();
    Upgrade::from_args(layer.upgrade.take(), packages.into_iter().map(Requirement::from).collect(), Vec::new())
}

fn take_reinstall(layer: &mut PipOptions) -> Option<Reinstall> {
    let packages = layer.reinstall_package.take().unwrap_or_default();
    Reinstall::from_args(layer.reinstall.take(), packages)
}
