//! `uv pip install`, in uv's order of steps, up to the question whether anything has to change.

use std::sync::Arc;
use std::time::Instant;

use uv_configuration::Reinstall;
use uv_distribution::LoweredExtraBuildDependencies;
use uv_distribution_types::{ExtraBuildRequires, Requirement, RequirementSource};
use uv_fs::LockedFile;
use uv_installer::{InstallationStrategy, SatisfiesResult, SitePackages};
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_pypi_types::ResolverMarkerEnvironment;

use super::manner::Manner;
use super::satisfied::{self, Satisfied};
use super::sources::Asked;
use super::{Flow, Outcome, Stop};
use crate::environment::{Environment, Locked};
use crate::inventory::{Installed, Look};
use crate::reroute::Reroute;
use crate::uvlike::settings::{Modifications, PipInstallSettings, PipSettings};
use crate::uvlike::text::{InstallLog, OperationError, diagnose_environment, report, report_top_level};

/// Where a command works, and since when.
pub(super) struct Place<'a> {
    pub(super) environment: &'a Arc<Environment>,
    pub(super) markers: &'a ResolverMarkerEnvironment,
    pub(super) tags: &'a Tags,
    pub(super) start: Instant,
}

/// An environment's lock, held.
#[expect(dead_code, reason = "held, and never looked at")]
pub(super) enum Turn {
    Changes(Locked),
    /// uv's own, which it does without where it can't be had.
    Reads(Option<LockedFile>),
}

/// What is installed, as far as the command wants to know.
pub(super) enum Known {
    /// By the Inventory.
    Looked(Arc<Look>),
    /// By uv's own look, where there is something that uv fails at or warns about.
    Listed(Box<SitePackages>),
    /// Everything is installed again: what is there counts only once it is known what that is.
    Ignored,
}

impl Flow<'_> {
    pub(super) async fn install(&self, settings: &PipInstallSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        outcome.dry_run = settings.dry_run.enabled();
        let asked = self.read(&settings.settings).await?.with_workspace(settings);
        let environment = self.locate(&settings.settings)?;
        outcome.environment = Some(environment.clone());
        let _turn = self.turn(&environment, outcome).await?;

        let interpreter = environment.python().interpreter();
        let markers = interpreter.to_resolver_marker_environment();
        let tags = interpreter.tags().map_err(|error| self.fail(error))?;
        let manner = Manner::of(settings);
        let known = self.known(&manner, &environment)?;
        let extra_build_requires =
            LoweredExtraBuildDependencies::from_non_lowered(settings.settings.extra_build_dependencies.clone())
                .into_inner();
        let at = Place { environment: &environment, markers: &markers, tags, start };
        if self.may_be_satisfied(settings, &asked)
            && let Some(names) = self.closure(settings, &asked, &known, &extra_build_requires, &at)?
        {
            return self.satisfied(settings, &asked, &names, &at, outcome);
        }
        self.change(&manner, asked, Some(known), extra_build_requires, &at, outcome).await
    }

    /// Waits for this environment's turn.
    pub(super) async fn turn(&self, environment: &Environment, outcome: &mut Outcome) -> Result<Turn, Reroute> {
        if self.only_prepares() {
            // Nothing of it is changed here; a build may look at it.
            return Ok(Turn::Reads(environment.python().lock().await.ok()));
        }
        let lock = environment.lock().await?;
        outcome.note_recovery(&lock, self.notes);
        Ok(Turn::Changes(lock))
    }

    pub(super) fn known(&self, manner: &Manner<'_>, environment: &Environment) -> Result<Known, Stop> {
        // With everything reinstalled the resolver sees nothing installed: list later, and only what was resolved.
        if !manner.is_exact() && matches!(self.resolved.sources.reinstall, Reinstall::All) {
            return Ok(Known::Ignored);
        }
        match environment.inventory().look() {
            Ok(look) if !look.is_odd() => Ok(Known::Looked(Arc::new(look))),
            // An error of looking is told by uv, too.
            _ => SitePackages::from_environment(environment.python())
                .map(|packages| Known::Listed(Box::new(packages)))
                .map_err(|error| self.fail(error)),
        }
    }

    /// Whether it is enough that requirements are satisfied.
    pub(super) fn may_be_satisfied(&self, settings: &PipInstallSettings, asked: &Asked) -> bool {
        !matches!(settings.modifications, Modifications::Exact)
            && self.resolved.sources.reinstall.is_none()
            && settings.settings.upgrade.is_none()
            && asked.spec.source_trees.is_empty()
    }

    /// All names that were reached, if what is installed satisfies every requirement.
    fn closure(
        &self,
        settings: &PipInstallSettings,
        asked: &Asked,
        known: &Known,
        extra_build_requires: &ExtraBuildRequires,
        at: &Place<'_>,
    ) -> Result<Option<Vec<PackageName>>, Stop> {
        let uv = |packages: &SitePackages| self.asks_uv(settings, asked, packages, extra_build_requires, at);
        match known {
            Known::Ignored => Ok(None),
            Known::Listed(packages) => {
                self.notes.spoil("there is something in site-packages that is uv's to tell about");
                Ok(uv(packages)?.map(names))
            }
            Known::Looked(look) => {
                match satisfied::check(asked, look, at.markers, at.tags) {
                    Satisfied::No => return Ok(None),
                    Satisfied::Yes => {}
                    Satisfied::Ask => {
                        let all = SitePackages::from_environment(at.environment.python());
                        let Some(closure) = uv(&all.map_err(|error| self.fail(error))?)? else { return Ok(None) };
                        self.note_sources(&closure);
                        // Look first, and let uv read once more: what it says then is proved by the look.
                        let names = names(closure);
                        names.iter().for_each(|name| drop(look.get(name)));
                        let again = SitePackages::from_environment_for_packages(at.environment.python(), &names);
                        if uv(&again.map_err(|error| self.fail(error))?)?.is_none() {
                            self.notes.spoil("what is installed changed under the call");
                        }
                    }
                }
                self.notes.rest_on(look.basis(true, false), None);
                Ok(Some(look.asked()))
            }
        }
    }

    /// uv's own check: all requirements that were reached, if every one is satisfied.
    fn asks_uv(
        &self,
        settings: &PipInstallSettings,
        asked: &Asked,
        packages: &SitePackages,
        extra_build_requires: &ExtraBuildRequires,
        at: &Place<'_>,
    ) -> Result<Option<Vec<Requirement>>, Stop> {
        let pip = &settings.settings;
        let spec = &asked.spec;
        let satisfied = packages
            .satisfies_spec(
                &spec.requirements,
                &asked.constraints,
                &spec.overrides,
                &asked.lowered_overrides,
                &asked.excludes,
                InstallationStrategy::Permissive,
                at.markers,
                at.tags,
                &pip.config_setting,
                &pip.config_settings_package,
                extra_build_requires,
                &pip.extra_build_variables,
            )
            .map_err(|error| self.fail(error))?;
        Ok(match satisfied {
            SatisfiesResult::Fresh { recursive_requirements } => Some(recursive_requirements.into_iter().collect()),
            SatisfiesResult::Unsatisfied(_) => None,
        })
    }

    /// Notes what uv's check read outside of site-packages.
    fn note_sources(&self, closure: &[Requirement]) {
        for requirement in closure {
            match &requirement.source {
                RequirementSource::Path { install_path, .. } => self.notes.has_read(install_path),
                RequirementSource::Directory { .. } => {
                    self.notes.spoil("whether a source tree changed is uv's to tell, each time");
                }
                RequirementSource::Url { location, .. } if location.scheme() == "file" => match location.to_file_path()
                {
                    Ok(path) => self.notes.has_read(&path),
                    Err(()) => self.notes.spoil("a local file has no path"),
                },
                _ => {}
            }
        }
    }

    /// Says that nothing has to change.
    fn satisfied(
        &self,
        settings: &PipInstallSettings,
        asked: &Asked,
        names: &[PackageName],
        at: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Stop> {
        self.check_expected(at.environment, &[])?;
        let (count, dry_run) = (asked.spec.requirements.len(), settings.dry_run.enabled());
        let strict = settings.settings.strict && !dry_run;
        if !strict {
            self.keep_parsed(asked, at.environment, outcome);
        }
        InstallLog::new(self.printer.clone()).checked(count, at.start.elapsed(), dry_run);
        if strict {
            self.notes.spoil("all that is installed is looked through");
            self.diagnose(names.iter(), &settings.settings, at)?;
        }
        Ok(())
    }

    /// `--strict`: what is inconsistent in the environment, as far as it concerns `names`.
    pub(super) fn diagnose<'n>(
        &self,
        names: impl Iterator<Item = &'n PackageName>,
        pip: &PipSettings,
        at: &Place<'_>,
    ) -> Result<(), Stop> {
        let python = at.environment.python();
        diagnose_environment(names, python, at.markers, at.tags, &pip.dependency_metadata, &self.printer)
            .map_err(|error| self.fail(error))
    }

    /// An error of resolving or installing, told with what led to it.
    pub(super) fn failed(&self, error: OperationError) -> Stop {
        Stop::Exit(report(error, &self.printer))
    }

    /// Any other error, told as uv's entry point tells it.
    pub(super) fn fail(&self, error: impl Into<anyhow::Error>) -> Stop {
        Stop::Exit(report_top_level(error, &self.printer))
    }
}

impl Known {
    /// As the resolver is told.
    pub(super) fn installed(&self) -> Installed {
        match self {
            Self::Looked(look) => Installed::of(look),
            Self::Listed(packages) => Installed::Listed(packages.clone()),
            Self::Ignored => Installed::Nothing,
        }
    }
}

fn names(requirements: Vec<Requirement>) -> Vec<PackageName> {
    requirements.into_iter().map(|requirement| requirement.name).collect()
}
