use std::fmt::Display;
use std::time::Duration;

use uv_installer::Plan;

use super::changelog::Changelog;
use super::elapsed::elapsed;
use super::printer::Printer;

/// The lines by which `pip install` tells how far it came.
#[derive(Clone, Debug)]
pub(crate) struct InstallLog {
    printer: Printer,
}

impl InstallLog {
    pub(crate) fn new(printer: Printer) -> Self {
        Self { printer }
    }

    pub(crate) fn resolved(&self, count: usize, took: Duration) {
        self.counted_if_any("Resolved", count, took);
    }

    /// Nothing had to change for these requirements.
    pub(crate) fn checked(&self, count: usize, took: Duration, dry_run: bool) {
        self.counted_if_any("Checked", count, took);
        if dry_run {
            self.printer.line("Would make no changes");
        }
    }

    pub(crate) fn prepared(&self, count: usize, took: Duration) {
        self.done("Prepared", packages(count), took);
    }

    pub(crate) fn uninstalled(&self, count: usize, took: Duration) {
        self.done("Uninstalled", packages(count), took);
    }

    pub(crate) fn installed(&self, count: usize, took: Duration) {
        self.done("Installed", packages(count), took);
    }

    pub(crate) fn bytecode_compiled(&self, files: usize, took: Duration) {
        self.done("Bytecode compiled", format_args!("{files} file{}", plural(files)), took);
    }

    /// The list of changes, which ends an install.
    pub(crate) fn changed(&self, changelog: &Changelog) {
        changelog.print(&self.printer);
    }

    /// All that `--dry-run` prints once there is a plan; `resolved` is the size of the resolution and `took` the time
    /// since planning began.
    pub(crate) fn would_change(&self, plan: Plan, resolved: usize, took: Duration) -> Changelog {
        let Plan { cached, remote, reinstalls, extraneous } = plan;
        let outgoing: Vec<_> = reinstalls.into_iter().chain(extraneous).collect();
        if cached.is_empty() && remote.is_empty() && outgoing.is_empty() {
            self.checked(resolved, took, true);
            return Changelog::default();
        }
        self.would("download", remote.len());
        self.would("uninstall", outgoing.len());
        self.would("install", remote.len() + cached.len());
        let changelog = Changelog::planned(remote, cached, outgoing);
        self.changed(&changelog);
        changelog
    }

    fn would(&self, what: &str, count: usize) {
        if count > 0 {
            self.printer.line(format_args!("Would {what} {}", packages(count)));
        }
    }

    fn counted_if_any(&self, verb: &str, count: usize, took: Duration) {
        if count == 0 {
            self.printer.line(format_args!("{verb} in {}", elapsed(took)));
        } else {
            self.done(verb, packages(count), took);
        }
    }

    fn done(&self, verb: &str, what: impl Display, took: Duration) {
        self.printer.line(format_args!("{verb} {what} in {}", elapsed(took)));
    }
}

/// `1 package`, `2 packages`.
pub(super) fn packages(count: usize) -> String {
    format!("{count} package{}", plural(count))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
