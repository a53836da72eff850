//! `uv pip uninstall`, in uv's order of steps.

use std::time::Instant;

use itertools::{Either, Itertools};
use uv_distribution_types::{InstalledDist, UnresolvedRequirement};
use uv_fs::CWD;
use uv_installer::SitePackages;
use uv_normalize::PackageName;
use uv_redacted::DisplaySafeUrl;
use uv_requirements::RequirementsSpecification;

use super::carry_out::changes;
use super::mounts::refuse_mounts;
use super::{Flow, Outcome, Stop, files};
use crate::calls;
use crate::environment::Environment;
use crate::inventory::Look;
use crate::reroute::Reroute;
use crate::transaction::{self, Failure, Work};
use crate::uvlike::settings::PipUninstallSettings;
use crate::uvlike::text::{Changelog, UninstallLog};

impl Flow<'_> {
    pub(super) async fn uninstall(&self, settings: &PipUninstallSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        let dry_run = settings.dry_run;
        outcome.dry_run = dry_run.enabled();
        let sources = &self.resolved.sources.requirements;
        files::note(sources.iter(), &CWD, self.notes);
        let spec = RequirementsSpecification::from_simple_sources(sources, &self.client)
            .await
            .map_err(|error| Reroute::because(format!("the requirements can't be read: {error}")))?;
        let environment = self.locate_for_uninstall(&settings.settings)?;
        outcome.environment = Some(environment.clone());
        let lock = environment.lock().await?;
        outcome.note_recovery(&lock, self.notes);

        let log = UninstallLog::new(self.printer.clone(), dry_run.enabled());
        let dists = self.named(spec, &environment, &log)?;
        if dists.is_empty() {
            self.check_expected(&environment, &[])?;
            log.nothing();
            return Ok(());
        }
        if dry_run.enabled() {
            outcome.changes = Changelog::removed(dists.iter().cloned()).changes();
        } else {
            self.notes.spoil("it changes something");
            self.check_expected(&environment, &Changelog::removed(dists.iter().cloned()).changes())?;
            let names: Vec<_> = dists.iter().map(|dist| uv_distribution_types::Name::name(dist).clone()).collect();
            self.take_out(&dists, &names, &environment, outcome).await?;
        }
        log.uninstalled(&dists, start.elapsed());
        Ok(())
    }

    /// Removes them, in one Transaction where that can be.
    async fn take_out(
        &self,
        dists: &[InstalledDist],
        names: &[PackageName],
        environment: &Environment,
        outcome: &mut Outcome,
    ) -> Result<(), Stop> {
        let claim = environment.inventory().claim(Some(names));
        let layout = environment.python().interpreter().layout();
        let known =
            |dist: &InstalledDist| transaction::is_dist_info(dist) && dist.install_path().join("RECORD").exists();
        if dists.iter().all(known) {
            let (preview, durable) = (self.resolved.globals.preview, self.asked.durable);
            let asked = (self.asked.text.clone(), changes(&[], dists));
            let work = Work { incoming: &[], outgoing: dists, preview, durable, claim, asked, journal: None };
            match environment.transactions().change(work) {
                Ok(changed) => {
                    outcome.changes = Changelog::removed(dists.iter().cloned()).changes();
                    outcome.done.note(changed);
                    return Ok(());
                }
                Err(Failure::Unfit(_)) => {}
                Err(Failure::Unchanged(error) | Failure::Stuck(error)) => return Err(self.fail(error)),
                Err(Failure::Cancelled) => return Err(Stop::Fault(calls::cancelled())),
            }
        }
        refuse_mounts(dists).map_err(|error| self.fail(error))?;
        if !transaction::may_commit() {
            return Err(Stop::Fault(calls::cancelled()));
        }
        let _claim = environment.inventory().claim(Some(names));
        // Legacy kinds, and what uv can't remove: as uv does it and says it.
        for (done, dist) in dists.iter().enumerate() {
            let removed = uv_installer::uninstall(dist, &layout).await;
            if removed.is_ok() {
                outcome.changes = Changelog::removed(dists[..=done].iter().cloned()).changes();
            }
            removed.map_err(|error| self.fail(error))?;
        }
        Ok(())
    }

    /// The installed distributions that are asked for by name or URL, each once; says which are absent.
    fn named(
        &self,
        spec: RequirementsSpecification,
        environment: &Environment,
        log: &UninstallLog,
    ) -> Result<Vec<InstalledDist>, Stop> {
        let (names, urls): (Vec<PackageName>, Vec<DisplaySafeUrl>) =
            spec.requirements.into_iter().partition_map(|entry| match entry.requirement {
                UnresolvedRequirement::Named(requirement) => Either::Left(requirement.name),
                UnresolvedRequirement::Unnamed(requirement) => Either::Right(requirement.url.verbatim.into_url()),
            });
        let looked = environment.inventory().look().ok().filter(|look| urls.is_empty() && !look.is_odd());
        let installed = match looked {
            Some(look) => Installed::Looked(look),
            // By URL, all have to be read.
            None => {
                self.notes.spoil("what is installed was uv's to look at");
                let all = SitePackages::from_environment(environment.python());
                Installed::Listed(Box::new(all.map_err(|error| self.fail(error))?))
            }
        };
        let by_name = names.iter().sorted_unstable().dedup().map(|name| (name.to_string(), installed.named(name)));
        let by_url = urls.iter().sorted_unstable().dedup().map(|url| (url.as_ref().to_string(), installed.at(url)));
        let mut dists = Vec::new();
        for (what, found) in by_name.chain(by_url) {
            if found.is_empty() {
                log.not_installed(what);
            }
            dists.extend(found);
        }
        dists.sort_unstable_by(|one, other| one.install_path().cmp(other.install_path()));
        dists.dedup_by(|one, other| one.install_path() == other.install_path());
        if let Installed::Looked(look) = &installed {
            self.notes.rest_on(look.basis(false, false), None);
        }
        Ok(dists)
    }
}

/// Where names are looked up.
enum Installed {
    Looked(Look),
    Listed(Box<SitePackages>),
}

impl Installed {
    fn named(&self, name: &PackageName) -> Vec<InstalledDist> {
        match self {
            // A broken one is there to be removed too.
            Self::Looked(look) => look.get(name).iter().filter_map(|found| found.reading.dist()).cloned().collect(),
            Self::Listed(packages) => packages.get_packages(name).into_iter().cloned().collect(),
        }
    }

    fn at(&self, url: &DisplaySafeUrl) -> Vec<InstalledDist> {
        match self {
            Self::Looked(_) => Vec::new(),
            Self::Listed(packages) => packages.get_urls(url).into_iter().cloned().collect(),
        }
    }
}
