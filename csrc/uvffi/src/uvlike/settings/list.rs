use anyhow::Result;
use rustc_hash::FxHashSet;
use uv_cli::options::{IntoPipOptions, flag};
use uv_cli::{ListFormat, Maybe, PipListArgs};
use uv_normalize::PackageName;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::layers::configured_indexes;
use super::pip::PipSettings;

/// What `uv pip list` was asked to show. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipListSettings {
    /// Only editable ones, or only others.
    pub(crate) editable: Option<bool>,
    pub(crate) exclude: FxHashSet<PackageName>,
    pub(crate) format: ListFormat,
    pub(crate) outdated: bool,
    pub(crate) settings: PipSettings,
}

impl PipListSettings {
    pub(super) fn resolve(
        args: PipListArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipListArgs {
            editable,
            exclude_editable,
            exclude,
            format,
            outdated,
            no_outdated,
            strict,
            no_strict,
            fetch,
            python,
            system,
            no_system,
            target,
            prefix,
            compat_args: _,
        } = args;
        let editable = flag(editable, exclude_editable, "exclude-editable")?;
        let outdated = flag(outdated, no_outdated, "outdated")?.unwrap_or(false);
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            strict: flag(strict, no_strict, "strict")?,
            target,
            prefix,
            ..fetch.into_pip_options(configured_indexes(filesystem.as_ref()))?
        };
        Ok(Self {
            editable,
            exclude: exclude.into_iter().collect(),
            format,
            outdated,
            settings: PipSettings::combine(options, filesystem, environment),
        })
    }
}
