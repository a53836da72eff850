//! `--compile-bytecode`, on the live tree after the commit: a `.pyc` names the path it was compiled at.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use uv_distribution_types::CachedDist;
use uv_fs::{CWD, Simplified, normalize_path_under};
use uv_install_wheel::{installed_dist_info_path, read_record_into_iter};
use uv_python::PythonEnvironment;

type Sources = Box<dyn Iterator<Item = anyhow::Result<PathBuf>>>;

/// The Python files that these installs brought, as their RECORDs name them.
pub(super) fn python_sources<'a>(
    environment: &'a PythonEnvironment,
    installs: &'a [CachedDist],
) -> impl Iterator<Item = anyhow::Result<PathBuf>> + 'a {
    let layout = environment.interpreter().layout();
    let roots = [CWD.join(&layout.scheme.purelib), CWD.join(&layout.scheme.platlib)];
    installs.iter().flat_map(move |install| {
        let dist_info = installed_dist_info_path(&layout, install.path())
            .with_context(|| format!("Failed to locate installed distribution for bytecode compilation: `{install}`"));
        match dist_info.and_then(|dist_info| of_record(&dist_info, roots.clone())) {
            Ok(sources) => sources,
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    })
}

fn of_record(dist_info: &Path, roots: [PathBuf; 2]) -> anyhow::Result<Sources> {
    let parent = dist_info
        .parent()
        .map(|parent| CWD.join(parent))
        .ok_or_else(|| anyhow!("Invalid installed distribution path: `{}`", dist_info.user_display()))?;
    let record = dist_info.join("RECORD");
    let failed = {
        let record = record.clone();
        move || format!("Failed to read `{}`", record.user_display())
    };
    let file = match fs_err::File::open(&record) {
        Ok(file) => file,
        // Another process may have removed it since.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Box::new(std::iter::empty())),
        Err(error) => return Err(error).with_context(failed),
    };
    Ok(Box::new(read_record_into_iter(file).filter_map(move |entry| match entry {
        Ok(entry) => {
            let path = python_source(&parent, &entry.path, &roots)?;
            path.is_file().then_some(Ok(path))
        }
        Err(error) => Some(Err(error).with_context(failed.clone())),
    })))
}

/// The path of a RECORD entry, if it is Python source inside one of the roots.
fn python_source(parent: &Path, entry: &str, roots: &[PathBuf]) -> Option<PathBuf> {
    let entry = Path::new(entry);
    if entry.extension().is_none_or(|extension| extension != "py") {
        return None;
    }
    let path = parent.join(entry);
    roots.iter().find_map(|root| normalize_path_under(&path, root))
}
