use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::ptr;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, Ordering};

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;

use super::{ADVICE, FILE, FILTER, file};
use crate::sys;

/// All phases of ours, and what uv's crates take for worth telling.
pub(super) const DEFAULT: &str = "uvffi=debug,uv=info";

/// What is asked of this process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// Absolute: a host may change its directory.
    pub(super) file: Option<PathBuf>,
    /// `None` is [`DEFAULT`].
    pub(super) filter: Option<String>,
    /// Whether somebody drains what is told.
    pub(super) records: bool,
}

/// What is asked, ready to be looked at by each span.
#[derive(Debug, Default)]
pub(super) struct Active {
    pub(super) settings: Settings,
    filter: Targets,
}

impl Settings {
    /// As the variables have it, if they ask for anything; what is wrong with them goes to `trouble`.
    pub(super) fn of_variables(mut trouble: impl FnMut(String)) -> Option<Self> {
        let named = std::env::var_os(FILE).filter(|value| !value.is_empty() && value != "0")?;
        let path = match usable(Path::new(&named)) {
            Ok(path) => path,
            Err(error) => {
                trouble(format!("What {FILE} asks for can't be written: {error}. {ADVICE}"));
                return None;
            }
        };
        let filter = std::env::var_os(FILTER).map(OsString::into_string).transpose();
        let filter = filter.map_err(|_| format!("{FILTER} is not UTF-8")).and_then(|filter| {
            let filter = filter.filter(|filter| !filter.trim().is_empty());
            filter.as_deref().map(parse).transpose().map(|_| filter)
        });
        let filter = filter.unwrap_or_else(|error| {
            trouble(format!("{FILTER} is not used: {error}. Write it as `RUST_LOG`, or leave it out"));
            None
        });
        Some(Self { file: Some(path), filter, records: false })
    }

    fn is_on(&self) -> bool {
        self.file.is_some() || self.records
    }
}

/// A file's absolute path, after it was opened and found to be one that can be written.
pub(super) fn usable(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    file::append(&path, &[], super::PATIENCE)
        .map_err(|error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display())))?;
    Ok(path)
}

/// A filter; why it is none.
pub(super) fn parse(text: &str) -> Result<Targets, String> {
    let text = if text.trim().is_empty() { DEFAULT } else { text };
    Targets::from_str(text).map_err(|error| {
        format!("`{text}` is no filter: {error}. Write directives such as `{DEFAULT}`, with commas between them")
    })
}

impl Active {
    fn of(settings: Settings) -> Self {
        let filter = parse(settings.filter.as_deref().unwrap_or_default()).unwrap_or_default();
        Self { settings, filter }
    }

    /// What is neither ours nor uv's is never told: libraries below may tell what they send.
    pub(super) fn wants(&self, what: &Metadata<'_>) -> bool {
        self.settings.is_on()
            && what.target().starts_with("uv")
            && self.filter.would_enable(what.target(), what.level())
    }

    /// Beyond which nothing is wanted: a span that is less than that is not even asked about.
    pub(super) fn most(&self) -> LevelFilter {
        let levels = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
        let is_asked = |level: &Level| self.filter.iter().any(|(_, most)| *level <= most) || self.all(*level);
        match levels.into_iter().rev().find(is_asked) {
            Some(level) if self.settings.is_on() => level.into(),
            _ => LevelFilter::OFF,
        }
    }

    /// Whether the filter has a level for everything.
    fn all(&self, level: Level) -> bool {
        self.filter.would_enable("uv", &level)
    }
}

static CURRENT: AtomicPtr<&'static Active> = AtomicPtr::new(ptr::null_mut());

/// What is asked now.
pub(super) fn current() -> &'static Active {
    let active: &&Active = sys::shared(&CURRENT, |_| true, || known(Settings::default()));
    active
}

pub(super) fn is_on() -> bool {
    !CURRENT.load(Ordering::Relaxed).is_null() && current().settings.is_on()
}

/// From now on this is asked.
pub(super) fn set(settings: Settings) {
    let active = known(settings);
    while !ptr::eq(*sys::shared(&CURRENT, |now| ptr::eq(*now, active), || active), active) {}
}

/// Each that was ever asked is kept, once: whoever looks at it needs no lock, in a forked child too.
fn known(settings: Settings) -> &'static Active {
    static KNOWN: Mutex<Vec<&'static Active>> = Mutex::new(Vec::new());

    let Ok(mut known) = KNOWN.try_lock() else { return Box::leak(Box::new(Active::of(settings))) };
    if let Some(there) = known.iter().find(|there| there.settings == settings) {
        return there;
    }
    let active: &'static Active = Box::leak(Box::new(Active::of(settings)));
    known.push(active);
    active
}
