//! What proves that uv would find the same interpreter again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use uv_python::{Interpreter, PythonRequest};

use super::recent::Recent;
use super::witness::{Reach, Witness, Witnesses};

/// An interpreter that was found, and what was asked for.
pub(crate) struct Found<'a> {
    pub(crate) interpreter: &'a Interpreter,
    pub(crate) request: &'a PythonRequest,
    pub(crate) system: bool,
}

/// Witnesses of an interpreter that was the first that uv could choose: those of an earlier call, if they hold. `None`
/// where others were looked at before it: they are too many to witness.
pub(super) fn witnesses(found: &Found<'_>, began: i64) -> io::Result<Option<Witnesses>> {
    // By the path that led to it, and its own.
    static LAST: Recent<(PathBuf, PathBuf), Witnesses, 128> = Recent::new();

    let Some(named) = named(found) else { return Ok(None) };
    let key = (named, found.interpreter.sys_executable().to_path_buf());
    // Unchanged since long before this call began.
    if let Some(known) = LAST.get(&key)
        && known.iter().all(|witness| witness.holds_by_path())
    {
        return Ok(Some(known));
    }
    let witnesses: Witnesses = look(found.interpreter, &key.0, began)?.into();
    LAST.put(key, witnesses.clone());
    Ok(Some(witnesses))
}

fn look(interpreter: &Interpreter, named: &Path, began: i64) -> io::Result<Vec<Arc<Witness>>> {
    let mut witnesses = Vec::new();
    let mut read = |path: &Path, reach| -> io::Result<()> {
        witnesses.push(match Witness::of_what_was_read(path, reach, began) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Witness::absent(path)?,
            witness => witness?,
        });
        Ok(())
    };
    let executable = interpreter.sys_executable();
    // The file that runs, through whatever links. In a virtual environment pyvenv.cfg says where its Python is from;
    // elsewhere the path itself does, so that another link to the very same file counts too.
    read(executable, Reach::Behind)?;
    read(&interpreter.sys_prefix().join("pyvenv.cfg"), Reach::Path)?;
    if !interpreter.is_virtualenv() {
        for link in links(executable) {
            read(&link, Reach::Descriptor)?;
        }
        read(&interpreter.stdlib().join("EXTERNALLY-MANAGED"), Reach::Path)?;
    }
    if !named.starts_with(interpreter.sys_prefix()) {
        for link in links(named) {
            read(&link, Reach::Descriptor)?;
        }
    }
    Ok(witnesses)
}

/// The path that led to the interpreter, if uv had to look nowhere else before it.
fn named(found: &Found<'_>) -> Option<PathBuf> {
    let prefix = found.interpreter.sys_prefix();
    let in_use = |path: &Path| same_place(path, prefix);
    match found.request {
        PythonRequest::File(path) | PythonRequest::Directory(path) => std::path::absolute(path).ok(),
        // An active environment comes first, if it is what was asked for: as the one found is.
        PythonRequest::Default | PythonRequest::Any | PythonRequest::Version(_) if !found.system => {
            let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
            let active = variable("VIRTUAL_ENV").or_else(|| variable("CONDA_PREFIX"));
            let nearest = || {
                let cwd = std::env::current_dir().ok()?;
                cwd.ancestors().map(|directory| directory.join(".venv")).find(|path| path.symlink_metadata().is_ok())
            };
            active.or_else(nearest).filter(|path| in_use(path)).and_then(|path| std::path::absolute(path).ok())
        }
        // By the name of a program, or of an implementation, others are looked at first.
        _ => None,
    }
}

fn same_place(path: &Path, prefix: &Path) -> bool {
    path == prefix || matches!((path.canonicalize(), prefix.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The links that a path goes through at its end, itself the first; few, or none.
fn links(path: &Path) -> Vec<PathBuf> {
    let mut links = Vec::new();
    let mut path = path.to_path_buf();
    while links.len() < 8
        && let Ok(target) = path.read_link()
    {
        let next = path.parent().map(|parent| parent.join(&target)).unwrap_or(target);
        links.push(path);
        path = next;
    }
    links
}
