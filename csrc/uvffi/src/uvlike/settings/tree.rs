use anyhow::Result;
use uv_cli::options::{IntoPipOptions, flag};
use uv_cli::{DisplayTreeArgs, Maybe, PipTreeArgs};
use uv_normalize::PackageName;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::layers::configured_indexes;
use super::pip::PipSettings;

/// What `uv pip tree` was asked to show.
#[derive(Debug, Clone)]
pub(crate) struct PipTreeSettings {
    pub(crate) show_version_specifiers: bool,
    pub(crate) depth: u8,
    pub(crate) prune: Vec<PackageName>,
    pub(crate) package: Vec<PackageName>,
    pub(crate) no_dedupe: bool,
    pub(crate) invert: bool,
    pub(crate) outdated: bool,
    pub(crate) settings: PipSettings,
}

impl PipTreeSettings {
    pub(super) fn resolve(
        args: PipTreeArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipTreeArgs {
            show_version_specifiers,
            tree,
            strict,
            no_strict,
            fetch,
            python,
            system,
            no_system,
            compat_args: _,
        } = args;
        // Sizes are shown of locked projects only.
        let DisplayTreeArgs { depth, prune, package, no_dedupe, invert, outdated, show_sizes: _ } = tree;
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            strict: flag(strict, no_strict, "strict")?,
            ..fetch.into_pip_options(configured_indexes(filesystem.as_ref()))?
        };
        Ok(Self {
            show_version_specifiers,
            depth,
            prune,
            package,
            no_dedupe,
            invert,
            outdated,
            settings: PipSettings::combine(options, filesystem, environment),
        })
    }
}
