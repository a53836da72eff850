use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::{Result, bail};
use uv_cli::options::{Flag, check_conflicts, flag, resolve_flag, resolve_flag_pair};
use uv_cli::{ColorChoice, GlobalArgs};
use uv_configuration::{Concurrency, RequiredVersion};
use uv_preview::Preview;
use uv_python::{PythonDownloads, PythonPreference};
use uv_settings::{EnvironmentOptions, FilesystemOptions, GlobalOptions, PreviewFeaturesOption, PreviewOption};
use uv_static::EnvVars;

use super::network::NetworkSettings;
use crate::output::Output;

/// What holds for any uv command. `Debug` is what `uv --show-settings` prints.
#[allow(dead_code, reason = "some fields are only shown")]
#[derive(Debug, Clone)]
pub(crate) struct GlobalSettings {
    pub(crate) required_version: Option<RequiredVersion>,
    pub(crate) quiet: u8,
    pub(crate) verbose: u8,
    pub(crate) color: ColorChoice,
    pub(crate) network_settings: NetworkSettings,
    pub(crate) concurrency: Concurrency,
    pub(crate) show_settings: bool,
    pub(crate) preview: Preview,
    pub(crate) python_preference: PythonPreference,
    pub(crate) python_downloads: PythonDownloads,
    pub(crate) no_progress: bool,
    pub(crate) installer_metadata: bool,
}

impl GlobalSettings {
    pub(super) fn resolve(
        args: &GlobalArgs,
        filesystem: Option<&FilesystemOptions>,
        environment: &EnvironmentOptions,
        certificate: Option<&Path>,
        output: &Output,
    ) -> Result<Self> {
        let network_settings = NetworkSettings::resolve(args, filesystem, environment, certificate, output)?;
        let preview = resolve_preview(args, filesystem, environment)?;
        let files = filesystem.map(|options| options.globals.clone()).unwrap_or_default();
        let no_progress = resolve_flag(args.no_progress, "no-progress", environment.no_progress);
        let no_metadata =
            resolve_flag(args.no_installer_metadata, "no-installer-metadata", environment.no_installer_metadata);
        Ok(Self {
            quiet: args.quiet,
            verbose: args.verbose,
            color: resolve_color(args),
            network_settings,
            concurrency: resolve_concurrency(&files, environment),
            show_settings: args.show_settings,
            preview,
            python_preference: resolve_python_preference(args, &files, environment)?,
            python_downloads: resolve_python_downloads(args, &files)?,
            no_progress: no_progress.is_enabled() || is_set(EnvVars::RUST_LOG),
            installer_metadata: !no_metadata.is_enabled(),
            required_version: files.required_version,
        })
    }
}

/// Preview features; the names of unknown ones are warned of.
pub(super) fn resolve_preview(
    args: &GlobalArgs,
    filesystem: Option<&FilesystemOptions>,
    environment: &EnvironmentOptions,
) -> Result<Preview> {
    let toggle = flag(args.preview, args.no_preview, "preview")?;
    if let Some(enabled) = toggle {
        return Ok(if enabled { Preview::all() } else { Preview::default() });
    }
    let configured = filesystem.and_then(|options| options.globals.preview.as_ref());
    let all = environment.preview.value == Some(true)
        || matches!(
            configured,
            Some(PreviewOption::Preview(true) | PreviewOption::PreviewFeatures(PreviewFeaturesOption::Toggle(true)))
        );
    Ok(if all {
        Preview::all()
    } else if args.preview_features.is_empty() {
        configured.map(PreviewOption::resolve).unwrap_or_default()
    } else {
        Preview::from_feature_names(&args.preview_features)
    })
}

fn resolve_color(args: &GlobalArgs) -> ColorChoice {
    let given = args.color.or(args.no_color.then_some(ColorChoice::Never));
    if let Some(choice) = given {
        choice
    } else if is_set_and_not_empty(EnvVars::NO_COLOR) {
        ColorChoice::Never
    } else if is_set_and_not_empty(EnvVars::FORCE_COLOR) || is_set_and_not_empty(EnvVars::CLICOLOR_FORCE) {
        ColorChoice::Always
    } else {
        ColorChoice::Auto
    }
}

fn resolve_concurrency(files: &GlobalOptions, environment: &EnvironmentOptions) -> Concurrency {
    let limits = environment.concurrency;
    let pick = |first: Option<NonZeroUsize>, second: Option<NonZeroUsize>| first.or(second).map(NonZeroUsize::get);
    Concurrency::new(
        pick(limits.downloads, files.concurrent_downloads).unwrap_or(Concurrency::DEFAULT_DOWNLOADS),
        pick(limits.builds, files.concurrent_builds).unwrap_or_else(Concurrency::threads),
        pick(limits.installs, files.concurrent_installs).unwrap_or_else(Concurrency::threads),
        pick(limits.cache_reads, None).unwrap_or(Concurrency::DEFAULT_CACHE_READS),
    )
}

fn resolve_python_preference(
    args: &GlobalArgs,
    files: &GlobalOptions,
    environment: &EnvironmentOptions,
) -> Result<PythonPreference> {
    let (managed, unmanaged) = resolve_flag_pair(
        args.managed_python,
        args.no_managed_python,
        "managed-python",
        "no-managed-python",
        Some(environment.managed_python),
        Some(environment.no_managed_python),
    );
    if args.python_preference.is_some() {
        let preference = Flag::from_cli("python-preference");
        check_conflicts(managed, preference)?;
        check_conflicts(unmanaged, preference)?;
    }
    Ok(if managed.is_enabled() {
        PythonPreference::OnlyManaged
    } else if unmanaged.is_enabled() {
        PythonPreference::OnlySystem
    } else {
        args.python_preference.or(files.python_preference).unwrap_or_default()
    })
}

fn resolve_python_downloads(args: &GlobalArgs, files: &GlobalOptions) -> Result<PythonDownloads> {
    let given =
        flag(args.allow_python_downloads, args.no_python_downloads, "python-downloads")?.map(PythonDownloads::from);
    // A bad value is refused even where a flag overrules it, as uv does.
    let name = EnvVars::UV_PYTHON_DOWNLOADS;
    let environment = match std::env::var_os(name) {
        None => None,
        Some(value) => match value.to_str().map(str::parse::<PythonDownloads>) {
            Some(Ok(value)) => Some(value),
            _ => bail!("invalid value for {name}"),
        },
    };
    Ok(given.or(environment).or(files.python_downloads).unwrap_or_default())
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

fn is_set_and_not_empty(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
