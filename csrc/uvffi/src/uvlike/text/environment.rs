use std::path::{Path, PathBuf};

use uv_cache::Cache;
use uv_fs::Simplified;
use uv_python::managed::{ManagedPythonInstallation, PythonMinorVersionLink};
use uv_python::{PythonEnvironment, PythonInstallation};
use uv_tool::InstalledTools;

use super::printer::Printer;

/// Names the interpreter chosen for `--target` or `--prefix`.
pub(crate) fn report_interpreter(python: &PythonInstallation, printer: &Printer) {
    let interpreter = python.interpreter();
    let using = format!(
        "Using {} {}{}",
        python.implementation().pretty(),
        interpreter.python_version(),
        interpreter.variant().display_suffix()
    );
    if python.source().is_managed() {
        printer.line(using);
    } else {
        printer.line(format_args!("{using} interpreter at: {}", interpreter.sys_executable().user_display()));
    }
}

/// Names the environment that will change, unless it is the obvious one (`.venv` here) or one of uv's own.
pub(crate) fn report_target_environment(environment: &PythonEnvironment, cache: &Cache, printer: &Printer) {
    let root = display_root(environment);
    let Ok(target) = std::path::absolute(&root) else {
        return;
    };
    if is_default(&target) || target.starts_with(cache.root()) || is_of_a_tool(&target) {
        return;
    }
    printer.line(format_args!(
        "Using Python {} environment at: {}",
        environment.interpreter().python_version(),
        root.user_display()
    ));
}

/// A managed Python is reached through a link named after its minor version; shown is the installation it leads to.
fn display_root(environment: &PythonEnvironment) -> PathBuf {
    let interpreter = environment.interpreter();
    if interpreter.is_virtualenv() {
        return environment.root().to_path_buf();
    }
    ManagedPythonInstallation::try_from_interpreter(interpreter)
        .and_then(|installation| PythonMinorVersionLink::from_installation(&installation))
        .map_or_else(|| environment.root().to_path_buf(), |link| link.target_directory)
}

fn is_default(target: &Path) -> bool {
    std::path::absolute(".venv").is_ok_and(|default| target == default)
}

fn is_of_a_tool(target: &Path) -> bool {
    InstalledTools::from_settings().is_ok_and(|tools| target.starts_with(tools.root()))
}
