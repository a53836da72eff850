//! Which environment a command works on, as uv finds it.

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
            self.found(settings)?
        };
        self.placed(environment, settings)
    }

    /// Finds the environment of `pip uninstall` and reports it; there a target still goes with an environment.
    pub(super) fn locate_for_uninstall(&self, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let environment = self.found(settings)?;
        self.placed(environment, settings)
    }

    fn found(&self, settings: &PipSettings) -> Result<PythonEnvironment, Reroute> {
        let request = settings.python.as_deref().map(PythonRequest::parse).unwrap_or_default();
        let environment = PythonEnvironment::find(
            &request,
            EnvironmentPreference::from_system_flag(settings.system, true),
            PythonPreference::default().with_system_flag(settings.system),
            &self.cache,
        )
        .map_err(|error| Reroute::because(format!("no environment: {error}")))?;
        self.note(environment.interpreter(), &request, settings.system);
        report_target_environment(&environment, &self.cache, &self.printer);
        Ok(environment)
    }

    fn note(&self, interpreter: &Interpreter, request: &PythonRequest, system: bool) {
        self.notes.interpreter(&FoundInterpreter { interpreter, request, system });
    }

    fn placed(&self, environment: PythonEnvironment, settings: &PipSettings) -> Result<Arc<Environment>, Reroute> {
        let place = |result: std::io::Result<PythonEnvironment>, what: &str| {
            result.map_err(|error| Reroute::because(format!("{what} can't be used: {error}")))
        };
        let (environment, root) = if let Some(target) = settings.target.clone() {
            let root = target.root().to_path_buf();
            (place(environment.with_target(target), "--target")?, Some(root))
        } else if let Some(prefix) = settings.prefix.clone() {
            let root = prefix.root().to_path_buf();
            (place(environment.with_prefix(prefix), "--prefix")?, Some(root))
        } else {
            (environment, None)
        };
        if environment.interpreter().is_externally_managed().is_some() && !settings.break_system_packages {
            return Err(Reroute::because("the interpreter is externally managed"));
        }
        Ok(Environment::of(environment, root.as_deref()))
    }
}
