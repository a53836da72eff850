use std::fmt::Display;
use std::time::Duration;

use uv_distribution_types::{InstalledDist, InstalledMetadata, Name};
use uv_fs::Simplified;
use uv_installer::UninstallError;
use uv_warnings::warn_user;

use super::elapsed::elapsed;
use super::log::packages;
use super::printer::Printer;

/// The lines of `pip uninstall`.
#[derive(Clone, Debug)]
pub(crate) struct UninstallLog {
    printer: Printer,
    dry_run: bool,
}

impl UninstallLog {
    pub(crate) fn new(printer: Printer, dry_run: bool) -> Self {
        Self { printer, dry_run }
    }

    /// A name or URL that was asked for and is not there.
    pub(crate) fn not_installed(&self, what: impl Display) {
        if !self.dry_run {
            self.printer.warning(format_args!("Skipping {what} as it is not installed"));
        }
    }

    /// None of what was asked for is there.
    pub(crate) fn nothing(&self) {
        self.printer.line(if self.dry_run { "Would make no changes" } else { "warning: No packages to uninstall" });
    }

    /// The count and the list, in the order given: uv's is that of the paths, not of the names.
    pub(crate) fn uninstalled<'a>(&self, dists: impl IntoIterator<Item = &'a InstalledDist>, took: Duration) {
        let dists: Vec<_> = dists.into_iter().collect();
        let count = packages(dists.len());
        if self.dry_run {
            self.printer.line(format_args!("Would uninstall {count}"));
        } else {
            self.printer.line(format_args!("Uninstalled {count} in {}", elapsed(took)));
        }
        for dist in dists {
            self.printer.line(format_args!(" - {}{}", dist.name(), dist.installed_version()));
        }
    }
}

/// What `pip install` does about a distribution that can't be removed for want of a list of its files: it warns and
/// goes on. Any other error comes back.
pub(crate) fn tolerate(dist: &InstalledDist, error: UninstallError) -> Result<(), UninstallError> {
    let missing = match error {
        UninstallError::Uninstall(uv_install_wheel::Error::MissingRecord(_)) => "RECORD",
        UninstallError::Uninstall(uv_install_wheel::Error::MissingTopLevel(_)) => "top_level.txt",
        error => return Err(error),
    };
    warn_user!(
        "Failed to uninstall package at {} due to missing `{missing}` file. \
         Installation may result in an incomplete environment.",
        dist.install_path().user_display(),
    );
    Ok(())
}
