use std::env;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use uv_client::Certificates;
use uv_static::EnvVars;

use crate::output::Output;

/// What `SSL_CERT_FILE` and `SSL_CERT_DIR` hold, read again only when they changed.
///
/// A system's roots take milliseconds to read and check, more than all the rest of a call that changes nothing.
/// A load that warned, or would have but for `-q`, is not remembered: the next call shall warn too.
pub(super) fn from_environment(output: &Output) -> Option<Certificates> {
    static LAST: Mutex<Option<(Source, Option<Certificates>)>> = Mutex::new(None);

    let source = Source::now();
    if source.is_empty() {
        return None;
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, certificates)) = &*last
        && *known == source
    {
        return certificates.clone();
    }
    REVISION.fetch_add(1, Ordering::Relaxed);
    let said = output.length();
    let certificates = Certificates::from_env();
    *last = (!output.is_quiet() && output.length() == said).then(|| (source, certificates.clone()));
    certificates
}

/// Grows whenever the variables' certificates were read again.
pub(super) fn revision() -> u64 {
    REVISION.load(Ordering::Relaxed)
}

static REVISION: AtomicU64 = AtomicU64::new(0);

/// The variables, and the identities of what they name. A file replaced behind a link of a directory of
/// certificates is not seen: the connections kept warm would go on with the old one as well.
#[derive(PartialEq, Eq)]
struct Source {
    variables: [Option<OsString>; 2],
    identities: Vec<Option<[i64; 5]>>,
}

impl Source {
    fn now() -> Self {
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        let (file, directories) = (variable(EnvVars::SSL_CERT_FILE), variable(EnvVars::SSL_CERT_DIR));
        let mut paths: Vec<PathBuf> = file.iter().map(PathBuf::from).collect();
        paths.extend(directories.iter().flat_map(env::split_paths));
        Self { identities: paths.iter().map(|path| identity(path)).collect(), variables: [file, directories] }
    }

    fn is_empty(&self) -> bool {
        self.variables.iter().all(Option::is_none)
    }
}

fn identity(path: &Path) -> Option<[i64; 5]> {
    let stat = path.metadata().ok()?;
    let (inode, size) = (stat.ino().cast_signed(), stat.size().cast_signed());
    Some([inode, size, stat.mtime(), stat.ctime(), stat.ctime_nsec()])
}
