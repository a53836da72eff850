use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use uv_distribution_types::{BuildableSource, CachedDist, DistributionMetadata, Name, VersionOrUrlRef};
use uv_normalize::PackageName;
use uv_redacted::DisplaySafeUrl;
use uv_static::EnvVars;

use super::printer::Printer;
use crate::calls::{self, Call, Event};

/// A download of up to this many bytes is not worth a line.
const WORTH_A_LINE: u64 = 1024 * 1024;

/// Writes the lines that uv writes into a pipe in place of its progress bars, for all of uv's reporter interfaces.
pub(crate) struct LineReporter {
    /// `None` where uv shows no bars either.
    printer: Option<Printer>,
    last_id: AtomicUsize,
    /// Downloads whose start was told and whose end will be.
    told: Mutex<FxHashMap<usize, String>>,
    /// Who is told besides: it is asked on other threads than the call's own.
    call: Option<Arc<Call>>,
}

impl LineReporter {
    pub(crate) fn new(printer: &Printer) -> Self {
        // uv has one bar for all work in Jupyter, hence nothing to say about single builds and downloads.
        let silent = [EnvVars::JPY_SESSION_NAME, EnvVars::UV_TEST_NO_CLI_PROGRESS]
            .iter()
            .any(|variable| std::env::var(variable).is_ok());
        Self {
            printer: (!silent).then(|| printer.clone()),
            last_id: AtomicUsize::new(0),
            told: Mutex::default(),
            call: calls::followed(),
        }
    }

    fn next_id(&self) -> usize {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn line(&self, line: impl Display) {
        if let Some(printer) = &self.printer {
            printer.line(line);
        }
    }

    fn build_started(&self, source: &BuildableSource) -> usize {
        let (what, id) = (named(source), self.next_id());
        // Nothing is built here: who builds tells the host, and that tells whoever follows.
        self.line(format_args!("   Building {what}"));
        id
    }

    fn build_completed(&self, source: &BuildableSource) {
        self.line(format_args!("      Built {}", named(source)));
    }

    fn checkout_started(&self, url: &DisplaySafeUrl, rev: &str) -> usize {
        self.line(format_args!("   Updating {url} ({rev})"));
        self.next_id()
    }

    fn checkout_completed(&self, url: &DisplaySafeUrl, rev: &str) {
        self.line(format_args!("    Updated {url} ({rev})"));
    }

    fn download_started(&self, name: &PackageName, size: Option<u64>) -> usize {
        let id = self.next_id();
        self.tell(&Event::Downloading { id, name: name.as_ref(), size });
        match size {
            Some(size) if size <= WORTH_A_LINE => return id,
            Some(size) => self.line(format_args!("Downloading {name} ({})", human_readable(size))),
            None => self.line(format_args!("Downloading {name}")),
        }
        self.told().insert(id, name.to_string());
        id
    }

    fn download_progress(&self, id: usize, bytes: u64) {
        self.tell(&Event::Progress { id, bytes });
    }

    fn download_completed(&self, name: &PackageName, id: usize) {
        self.tell(&Event::Downloaded { id, name: name.as_ref() });
        if let Some(name) = self.told().remove(&id) {
            self.line(format_args!(" Downloaded {name}"));
        }
    }

    fn tell(&self, event: &Event<'_>) {
        self.call.iter().for_each(|call| call.tell(event));
    }

    fn told(&self) -> std::sync::MutexGuard<'_, FxHashMap<usize, String>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The methods that three of uv's reporter traits have in common.
macro_rules! shared_methods {
    () => {
        fn on_build_start(&self, source: &BuildableSource) -> usize {
            self.build_started(source)
        }

        fn on_build_complete(&self, source: &BuildableSource, _id: usize) {
            self.build_completed(source);
        }

        fn on_checkout_start(&self, url: &DisplaySafeUrl, rev: &str) -> usize {
            self.checkout_started(url, rev)
        }

        fn on_checkout_complete(&self, url: &DisplaySafeUrl, rev: &str, _id: usize) {
            self.checkout_completed(url, rev);
        }

        fn on_download_start(&self, name: &PackageName, size: Option<u64>) -> usize {
            self.download_started(name, size)
        }

        fn on_download_progress(&self, id: usize, bytes: u64) {
            self.download_progress(id, bytes);
        }

        fn on_download_complete(&self, name: &PackageName, id: usize) {
            self.download_completed(name, id);
        }
    };
}

impl uv_distribution::Reporter for LineReporter {
    shared_methods!();
}

impl uv_resolver::ResolverReporter for LineReporter {
    fn on_progress(&self, _name: &PackageName, _version: &VersionOrUrlRef) {}

    fn on_complete(&self) {}

    shared_methods!();
}

impl uv_installer::PrepareReporter for LineReporter {
    fn on_progress(&self, _dist: &CachedDist) {}

    fn on_complete(&self) {}

    shared_methods!();
}

impl uv_installer::InstallReporter for LineReporter {
    fn on_install_progress(&self, _wheel: &CachedDist) {}

    fn on_install_complete(&self) {}
}

fn named(source: &BuildableSource) -> String {
    match source {
        BuildableSource::Dist(dist) => format!("{}{}", dist.name(), dist.version_or_url()),
        BuildableSource::Url(url) => url.to_string(),
    }
}

/// For example `1.4MiB`.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(super) fn human_readable(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    // In 32 bits and by logarithm, so that it rounds where uv rounds.
    let bytes = bytes as f32;
    let unit = ((bytes.log2() / 10.0) as usize).min(UNITS.len() - 1);
    format!("{:.1}{}", bytes / 1024_f32.powi(unit as i32), UNITS[unit])
}
