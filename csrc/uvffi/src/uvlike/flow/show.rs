//! `uv pip show`.

use std::collections::BTreeMap;
use std::fmt::Write;

use itertools::Itertools;
use serde::Serialize;
use uv_distribution_types::{InstalledDist, Name};
use uv_fs::Simplified;
use uv_install_wheel::read_record;
use uv_normalize::PackageName;
use uv_pypi_types::ResolverMarkerEnvironment;

use super::list::editable_location;
use super::there::{Need, There};
use super::{Flow, Outcome, Stop};
use crate::uvlike::settings::PipShowSettings;
use crate::uvlike::text::FAILURE;

/// A distribution as it is shown.
#[derive(Serialize)]
struct Shown {
    name: String,
    version: String,
    /// The directory that its dist-info is in.
    location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    editable_project_location: Option<String>,
    /// `None` where its metadata can't be read; so for the next.
    requires: Option<Vec<String>>,
    required_by: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<String>>,
}

impl Flow<'_> {
    pub(super) fn show(&self, settings: &PipShowSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let pip = &settings.settings;
        if settings.package.is_empty() {
            self.printer.line("warning: Please provide a package name or names.");
            return Err(outcome.found_nothing());
        }
        let environment = self.locate_to_read(pip)?;
        outcome.environment = Some(environment.clone());
        let python = environment.python();
        let there = self.there_in(&environment, Need::Metadata.or_check(pip.strict))?;

        let names: Vec<&PackageName> = settings.package.iter().sorted_unstable().dedup().collect();
        let dists: Vec<&InstalledDist> =
            names.iter().flat_map(|name| there.iter().filter(move |dist| dist.name() == *name)).collect();
        let missing = names.iter().filter(|name| !dists.iter().any(|dist| dist.name() == **name)).join(", ");
        if !missing.is_empty() {
            self.printer.line(format_args!("warning: Package(s) not found for: {missing}"));
        }
        if dists.is_empty() {
            return Err(outcome.found_nothing());
        }
        let markers = python.interpreter().to_resolver_marker_environment();
        let required = Required::of(&dists, &there, &markers);
        let mut all = Vec::with_capacity(dists.len());
        for dist in dists {
            all.push(self.show_one(dist, &required, settings.files, all.is_empty())?);
        }
        outcome.data = serde_json::to_value(&all).ok();
        self.warn_of_wrongs(&there, python.interpreter(), pip)
    }

    /// Shows one, as far as it can be: an error on the way comes after what was shown until then.
    fn show_one(&self, dist: &InstalledDist, required: &Required<'_>, files: bool, first: bool) -> Result<Shown, Stop> {
        let location = dist.install_path().parent().unwrap_or(dist.install_path());
        let mut shown = Shown {
            name: dist.name().to_string(),
            version: dist.version().to_string(),
            location: location.simplified_display().to_string(),
            editable_project_location: editable_location(dist),
            requires: required.by(dist.name()),
            required_by: required.who(dist.name()),
            files: None,
        };
        let say = |text: std::fmt::Arguments<'_>| {
            // A stream appends to memory and can't fail.
            let _ = writeln!(self.printer.stdout(), "{text}");
        };
        if !first {
            say(format_args!("---"));
        }
        say(format_args!("Name: {}", shown.name));
        say(format_args!("Version: {}", shown.version));
        say(format_args!("Location: {}", shown.location));
        if let Some(location) = &shown.editable_project_location {
            say(format_args!("Editable project location: {location}"));
        }
        for (title, names) in [("Requires:", &shown.requires), ("Required-by:", &shown.required_by)] {
            if let Some(names) = names {
                say(format_args!("{}", format!("{title} {}", names.join(", ")).trim_end()));
            }
        }
        if files {
            let files = self.files_of(dist)?;
            say(format_args!("Files:"));
            files.iter().for_each(|path| say(format_args!("  {path}")));
            shown.files = Some(files);
        }
        Ok(shown)
    }

    /// The paths in its RECORD.
    fn files_of(&self, dist: &InstalledDist) -> Result<Vec<String>, Stop> {
        let path = dist.install_path().join("RECORD");
        self.notes.about_to_read(&path);
        let mut record = fs_err::File::open(path).map_err(|error| self.fail(error))?;
        let entries = read_record(&mut record).map_err(|error| self.fail(error))?;
        Ok(entries.into_iter().map(|entry| entry.path).collect())
    }
}

impl Outcome {
    /// That nothing of what was asked for is there is an answer, too.
    fn found_nothing(&mut self) -> Stop {
        (self.is_answer, self.data) = (true, Some(Vec::<String>::new().into()));
        Stop::Exit(FAILURE)
    }
}

/// What requires what, by name; with several of one name that are shown the last that can be read counts, of others the
/// first that requires anything.
struct Required<'d>(BTreeMap<&'d PackageName, Vec<&'d PackageName>>);

impl<'d> Required<'d> {
    fn of(shown: &[&'d InstalledDist], there: &'d There, markers: &ResolverMarkerEnvironment) -> Self {
        let requires = |dist: &'d InstalledDist| {
            let all = dist.read_metadata().ok()?.requires_dist.iter();
            Some(all.filter(|one| one.evaluate_markers(markers, &[])).map(|one| &one.name).collect::<Vec<_>>())
        };
        let mut map: BTreeMap<_, _> = shown.iter().filter_map(|dist| Some((dist.name(), requires(dist)?))).collect();
        if !map.is_empty() {
            for dist in there.iter() {
                if !map.contains_key(dist.name())
                    && let Some(names) = requires(dist).filter(|names| !names.is_empty())
                {
                    map.insert(dist.name(), names);
                }
            }
        }
        Self(map)
    }

    /// What one requires.
    fn by(&self, name: &PackageName) -> Option<Vec<String>> {
        let names = self.0.get(name)?;
        Some(names.iter().sorted_unstable().dedup().map(ToString::to_string).collect())
    }

    /// What requires one, if that one can be read itself.
    fn who(&self, name: &PackageName) -> Option<Vec<String>> {
        self.0.get(name)?;
        let others = self.0.iter().filter(|(other, names)| **other != name && names.contains(&name));
        Some(others.map(|(other, _)| other.to_string()).collect())
    }
}
