use uv_configuration::{DryRun, EditableMode};

use crate::uvlike::settings::{Modifications, PipInstallSettings, PipSettings};

/// How a command that installs goes about it: what `pip install` and `pip sync` have in common.
pub(super) struct Manner<'a> {
    pub(super) pip: &'a PipSettings,
    pub(super) editable: Option<&'a EditableMode>,
    pub(super) modifications: Modifications,
    pub(super) dry_run: DryRun,
    /// Whether `--compile-bytecode` is about all that is installed, and not about what comes alone.
    pub(super) compiles_all: bool,
}

impl<'a> Manner<'a> {
    pub(super) fn of(settings: &'a PipInstallSettings) -> Self {
        Self {
            pip: &settings.settings,
            editable: settings.editable.as_ref(),
            modifications: settings.modifications,
            dry_run: settings.dry_run,
            compiles_all: false,
        }
    }

    /// Whether what nobody asked for goes.
    pub(super) fn is_exact(&self) -> bool {
        self.modifications == Modifications::Exact
    }
}
