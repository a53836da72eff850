//! Which environment a command works on, as uv finds it.

use std::path::PathBuf;
use std::sync::Arc;

use uv_python::{
    EnvironmentPreference, Interpreter, PythonEnvironment, PythonInstallation, PythonPreference, PythonRequest,
};

use super::Flow;
use crate::environment::Environment;
use crate::reroute::Reroute;
use crate::truth::FoundInterpreter;
use crate::uvlike::settings::PipSettings;
use crate::uvlike::text::{report_interpreter, report_target_environment};

impl Flow<'_> {
    /// Finds the environment of `pip install` and reports it.
    #[tracing::instrument(name = "interpreter", level = "debug", skip_all)]
    pub(super) fn locate(&self, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let environment = if settings.target.is_some() || settings.prefix.is_some() {
            let request = settings.python.as_deref().map(PythonRequest::parse).unwrap_or_default();
            // Without a download: where none is found, the Child may fetch one.
            let installation = PythonInstallation::find_existing(
                &request,
                EnvironmentPreference::from_system_flag(settings.system, false),
                self.resolved.globals.python_preference.with_system_flag(settings.system),
                &self.cache,
            )
            .map_err(|error| Reroute::because(format!("no interpreter: {error}")))?;
            if installation.interpreter().python_version().any_prerelease() {
                // uv asks the network whether there is a newer one.
                return Err(Reroute::because("the interpreter is a pre-release"));
            }
            self.note(installation.interpreter(), &request, settings.system);
            report_interpreter(&installation, &self.printer);
            PythonEnvironment::from_installation(installation)
        } else {
            self.find(settings, true).inspect(|environment| self.report(environment))?
        };
        self.placed(environment, settings)
    }

    /// Finds the environment of `pip uninstall` and reports it; there a target still goes with an environment.
    #[tracing::instrument(name = "interpreter", level = "debug", skip_all)]
    pub(super) fn locate_for_uninstall(&self, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let environment = self.find(settings, true).inspect(|environment| self.report(environment))?;
        self.placed(environment, settings)
    }

    /// Finds the environment of a command that reads and takes `--target` and `--prefix`, and reports it. It may be a
    /// system Python that nobody named, and one that another program manages.
    #[tracing::instrument(name = "interpreter", level = "debug", skip_all)]
    pub(super) fn locate_to_read(&self, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let (environment, root) = with_place(self.find(settings, false)?, settings)?;
        self.report(&environment);
        Ok(Environment::of(environment, root.as_deref()))
    }

    /// The same for one that takes neither, and pays no heed to one in the files.
    #[tracing::instrument(name = "interpreter", level = "debug", skip_all)]
    pub(super) fn locate_itself(&self, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let environment = self.find(settings, false).inspect(|environment| self.report(environment))?;
        Ok(Environment::of(environment, None))
    }

    fn find(&self, settings: &PipSettings, mutable: bool) -> Result<PythonEnvironment, Reroute> {
        let request = settings.python.as_deref().map(PythonRequest::parse).unwrap_or_default();
        let environment = PythonEnvironment::find(
            &request,
            EnvironmentPreference::from_system_flag(settings.system, mutable),
            PythonPreference::default().with_system_flag(settings.system),
            &self.cache,
        )
        .map_err(|error| Reroute::because(format!("no environment: {error}")))?;
        self.note(environment.interpreter(), &request, settings.system);
        Ok(environment)
    }

    fn report(&self, environment: &PythonEnvironment) {
        report_target_environment(environment, &self.cache, &self.printer);
    }

    fn note(&self, interpreter: &Interpreter, request: &PythonRequest, system: bool) {
        self.notes.interpreter(&FoundInterpreter { interpreter, request, system });
    }

    fn placed(&self, environment: PythonEnvironment, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let (environment, root) = with_place(environment, settings)?;
        if environment.interpreter().is_externally_managed().is_some() && !settings.break_system_packages {
            return Err(Reroute::because("the interpreter is externally managed"));
        }
        Ok(Environment::of(environment, root.as_deref()))
    }
}

/// The environment with `--target` or `--prefix` in its place, and the root of that.
fn with_place(
    environment: PythonEnvironment,
    settings: &PipSettings,
) -> Result<(PythonEnvironment, Option<PathBuf>), Reroute> {
    let place = |result: std::io::Result<PythonEnvironment>, what: &str| {
        result.map_err(|error| Reroute::because(format!("{what} can't be used: {error}")))
    };
    Ok(if let Some(target) = settings.target.clone() {
        let root = target.root().to_path_buf();
        (place(environment.with_target(target), "--target")?, Some(root))
    } else if let Some(prefix) = settings.prefix.clone() {
        let root = prefix.root().to_path_buf();
        (place(environment.with_prefix(prefix), "--prefix")?, Some(root))
    } else {
        (environment, None)
    })
}
