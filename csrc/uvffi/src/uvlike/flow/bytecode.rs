//! `--compile-bytecode`, on the live tree after the commit: a `.pyc` names the path it was compiled at.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use uv_distribution_types::CachedDist;
use uv_fs::{CWD, Simplified, normalize_path_under};
use uv_install_wheel::{Layout, installed_dist_info_path, read_record_into_iter};
use uv_python::PythonEnvironment;

/// Where changes are made, in a target that is site-packages itself: nothing of it is installed.
const APART: &str = ".uvffi";

/// All Python files below a directory, but for links; an error where a directory can't be read.
pub(super) fn all_python_sources(directory: &Path, sources: &mut Vec<anyhow::Result<PathBuf>>) {
    let entries = match fs_err::read_dir(directory) {
        // Gone since it was listed.
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        Err(error) => return sources.push(Err(error.into())),
        Ok(entries) => entries,
    };
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
            Ok((kind, entry)) if kind.is_dir() => {
                if entry.file_name() != "__pycache__" && entry.file_name() != APART {
                    all_python_sources(&entry.path(), sources);
                }
            }
            Ok((kind, entry)) if kind.is_file() && is_python(&entry.path()) => sources.push(Ok(entry.path())),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => sources.push(Err(error.into())),
        }
    }
}

/// The Python files that these installs brought, as their RECORDs name them; an error where one can't be read.
pub(super) fn python_sources(environment: &PythonEnvironment, installs: &[CachedDist]) -> Vec<anyhow::Result<PathBuf>> {
    let layout = environment.interpreter().layout();
    let mut sources = Vec::new();
    for install in installs {
        if let Err(error) = add_sources(&layout, install, &mut sources) {
            sources.push(Err(error));
        }
    }
    sources
}

fn add_sources(
    layout: &Layout,
    install: &CachedDist,
    sources: &mut Vec<anyhow::Result<PathBuf>>,
) -> anyhow::Result<()> {
    let dist_info = installed_dist_info_path(layout, install.path())
        .with_context(|| format!("Failed to locate installed distribution for bytecode compilation: `{install}`"))?;
    let record = dist_info.join("RECORD");
    let unreadable = || format!("Failed to read `{}`", record.user_display());
    let file = match fs_err::File::open(&record) {
        // Gone since it was installed: nothing to compile.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened.with_context(unreadable)?,
    };
    let roots = [&layout.scheme.purelib, &layout.scheme.platlib].map(|root| CWD.join(root));
    let base = CWD.join(dist_info.parent().unwrap_or(&dist_info));
    for entry in read_record_into_iter(file) {
        let entry = entry.with_context(unreadable)?;
        sources.extend(python_source(&base.join(&entry.path), &roots).filter(|path| path.is_file()).map(Ok));
    }
    Ok(())
}

/// The normalized path of Python source inside one of the roots.
fn python_source(path: &Path, roots: &[PathBuf]) -> Option<PathBuf> {
    roots.iter().filter(|_| is_python(path)).find_map(|root| normalize_path_under(path, root))
}

fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py")
}
