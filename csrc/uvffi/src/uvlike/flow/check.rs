//! `uv pip check`.

use std::borrow::Cow;
use std::time::Instant;

use serde::Serialize;
use serde_json::json;
use uv_distribution_types::Diagnostic;
use uv_installer::SitePackagesDiagnostic;
use uv_platform_tags::{Tags, TagsError, TagsOptions};
use uv_pypi_types::ResolverMarkerEnvironment;
use uv_python::Interpreter;

use super::there::{Need, There};
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::{PipCheckSettings, PipSettings};
use crate::uvlike::text::{CheckLog, FAILURE};

/// One thing that is wrong.
#[derive(Serialize)]
struct Wrong {
    kind: &'static str,
    package: String,
    /// Of a dependency that is missing or another version.
    requirement: Option<String>,
    message: String,
}

impl Flow<'_> {
    pub(super) fn check(&self, settings: &PipCheckSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        let pip = &settings.settings;
        let environment = self.locate_itself(pip)?;
        outcome.environment = Some(environment.clone());
        let python = environment.python();
        let there = self.there_in(&environment, Need::Check)?;
        let log = CheckLog::new(self.printer.clone());
        let count = there.iter().count();
        log.checked(count, start.elapsed());
        let interpreter = python.interpreter();
        let tags = tags(pip, interpreter).map_err(|error| self.fail(error))?;
        let found = self.wrongs(&there, &markers(pip, interpreter), &tags, pip)?;
        let messages: Vec<String> = found.iter().map(Diagnostic::message).collect();
        log.found(&messages);
        let wrong: Vec<Wrong> = found.iter().zip(messages).map(Wrong::of).collect();
        outcome.data = Some(json!({ "checked": count, "incompatibilities": wrong }));
        outcome.is_answer = true;
        if wrong.is_empty() { Ok(()) } else { Err(Stop::Exit(FAILURE)) }
    }

    /// Warns of what `--strict` finds wrong.
    pub(super) fn warn_of_wrongs(
        &self,
        there: &There,
        interpreter: &Interpreter,
        pip: &PipSettings,
    ) -> Result<(), Stop> {
        if pip.strict {
            // Not with a Python version or platform of the files: only `pip check` asks about others.
            let markers = interpreter.to_resolver_marker_environment();
            let tags = interpreter.tags().map_err(|error| self.fail(error))?;
            for wrong in self.wrongs(there, &markers, tags, pip)? {
                self.printer.line(format_args!("warning: {}", wrong.message()));
            }
        }
        Ok(())
    }

    /// What is wrong with what is there, in uv's words and order.
    fn wrongs(
        &self,
        there: &There,
        markers: &ResolverMarkerEnvironment,
        tags: &Tags,
        pip: &PipSettings,
    ) -> Result<Vec<SitePackagesDiagnostic>, Stop> {
        let mut wrongs = Vec::new();
        for packages in there.listed() {
            let found = packages.diagnostics(markers, tags, &pip.dependency_metadata);
            wrongs.extend(found.map_err(|error| self.fail(error))?);
        }
        Ok(wrongs)
    }
}

impl Wrong {
    fn of((wrong, message): (&SitePackagesDiagnostic, String)) -> Self {
        use SitePackagesDiagnostic as Kind;
        let (kind, package, requirement) = match wrong {
            Kind::MetadataUnavailable { package, .. } => ("metadata-unavailable", package, None),
            Kind::TagsUnavailable { package, .. } => ("tags-unavailable", package, None),
            Kind::IncompatiblePythonVersion { package, .. } => ("incompatible-python", package, None),
            Kind::IncompatiblePlatform { package } => ("incompatible-platform", package, None),
            Kind::MissingDependency { package, requirement } => ("missing-dependency", package, Some(requirement)),
            Kind::IncompatibleDependency { package, requirement, .. } => {
                ("incompatible-dependency", package, Some(requirement))
            }
            Kind::DuplicatePackage { package, .. } => ("duplicate-package", package, None),
        };
        Self { kind, package: package.to_string(), requirement: requirement.map(ToString::to_string), message }
    }
}

/// The markers of the Python version and platform that are asked about, which are the interpreter's unless others are
/// given.
fn markers(pip: &PipSettings, interpreter: &Interpreter) -> ResolverMarkerEnvironment {
    let mut markers = interpreter.markers().clone();
    if let Some(platform) = &pip.python_platform {
        markers = platform.markers(markers);
    }
    if let Some(version) = &pip.python_version {
        markers = version.markers(markers);
    }
    ResolverMarkerEnvironment::from(markers)
}

/// The tags of wheels that fit the same.
fn tags<'i>(pip: &PipSettings, interpreter: &'i Interpreter) -> Result<Cow<'i, Tags>, TagsError> {
    if pip.python_version.is_none() && pip.python_platform.is_none() {
        return interpreter.tags().map(Cow::Borrowed);
    }
    let version = pip.python_version.as_ref();
    let (platform, manylinux_compatible) = match &pip.python_platform {
        Some(platform) => (platform.platform(), platform.manylinux_compatible()),
        None => (interpreter.platform().clone(), interpreter.manylinux_compatible()),
    };
    let options = TagsOptions {
        manylinux_compatible,
        gil_disabled: interpreter.gil_disabled(),
        debug_enabled: interpreter.debug_enabled(),
        is_cross: true,
    };
    let version = version.map_or_else(|| interpreter.python_tuple(), |version| (version.major(), version.minor()));
    let (name, tuple) = (interpreter.implementation_name(), interpreter.implementation_tuple());
    Tags::from_env(platform, version, name, tuple, options).map(Cow::Owned)
}
