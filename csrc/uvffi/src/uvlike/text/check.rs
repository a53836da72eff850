use std::time::Duration;

use super::elapsed::elapsed;
use super::log::packages;
use super::printer::Printer;

/// The lines of `pip check`, all on standard error.
#[derive(Clone, Debug)]
pub(crate) struct CheckLog {
    printer: Printer,
}

impl CheckLog {
    pub(crate) fn new(printer: Printer) -> Self {
        Self { printer }
    }

    pub(crate) fn checked(&self, count: usize, took: Duration) {
        self.printer.line(format_args!("Checked {} in {}", packages(count), elapsed(took)));
    }

    /// What is wrong, if anything is.
    pub(crate) fn found(&self, messages: &[String]) {
        match messages.len() {
            0 => self.printer.line("All installed packages are compatible"),
            1 => self.printer.line("Found 1 incompatibility"),
            count => self.printer.line(format_args!("Found {count} incompatibilities")),
        }
        messages.iter().for_each(|message| self.printer.line(message));
    }
}
