//! `uv pip uninstall`, in uv's order of steps.

use std::time::Instant;

use itertools::{Either, Itertools};
use uv_distribution_types::{InstalledDist, UnresolvedRequirement};
use uv_installer::SitePackages;
use uv_requirements::RequirementsSpecification;

use super::{Flow, Outcome, Stop};
use crate::reroute::Reroute;
use crate::uvlike::settings::PipUninstallSettings;
use crate::uvlike::text::{Changelog, UninstallLog};

impl Flow<'_> {
    pub(super) async fn uninstall(&self, settings: &PipUninstallSettings, outcome: &mut Outcome) -> Result<(), Stop> {
        let start = Instant::now();
        let dry_run = settings.dry_run;
        outcome.dry_run = dry_run.enabled();
        let spec = RequirementsSpecification::from_simple_sources(&self.resolved.sources.requirements, &self.client)
            .await
            .map_err(|error| Reroute::because(format!("the requirements can't be read: {error}")))?;
        let environment = self.locate_for_uninstall(&settings.settings)?;
        outcome.environment = Some(environment.clone());
        let _lock = environment.lock().await?;
        let site_packages = SitePackages::from_environment(environment.python()).map_err(|error| self.fail(error))?;

        let log = UninstallLog::new(self.printer.clone(), dry_run.enabled());
        let dists = named(spec, &site_packages, &log);
        if dists.is_empty() {
            log.nothing();
            return Ok(());
        }
        if dry_run.enabled() {
            outcome.changes = Changelog::removed(dists.iter().copied().cloned()).changes();
        } else {
            let layout = environment.python().interpreter().layout();
            for (done, dist) in dists.iter().enumerate() {
                let removed = uv_installer::uninstall(dist, &layout).await;
                if removed.is_ok() {
                    outcome.changes = Changelog::removed(dists[..=done].iter().copied().cloned()).changes();
                }
                removed.map_err(|error| self.fail(error))?;
            }
        }
        log.uninstalled(dists, start.elapsed());
        Ok(())
    }
}

/// The installed distributions that are asked for by name or URL, each once; says which are absent.
fn named<'s>(
    spec: RequirementsSpecification,
    site_packages: &'s SitePackages,
    log: &UninstallLog,
) -> Vec<&'s InstalledDist> {
    let (names, urls): (Vec<_>, Vec<_>) =
        spec.requirements.into_iter().partition_map(|entry| match entry.requirement {
            UnresolvedRequirement::Named(requirement) => Either::Left(requirement.name),
            UnresolvedRequirement::Unnamed(requirement) => Either::Right(requirement.url.verbatim.into_url()),
        });
    let by_name =
        names.iter().sorted_unstable().dedup().map(|name| (name.to_string(), site_packages.get_packages(name)));
    let by_url =
        urls.iter().sorted_unstable().dedup().map(|url| (url.as_ref().to_string(), site_packages.get_urls(url)));
    let mut dists = Vec::new();
    for (what, installed) in by_name.chain(by_url) {
        if installed.is_empty() {
            log.not_installed(what);
        }
        dists.extend(installed);
    }
    dists.sort_unstable_by_key(|dist| dist.install_path());
    dists.dedup_by_key(|dist| dist.install_path());
    dists
}
