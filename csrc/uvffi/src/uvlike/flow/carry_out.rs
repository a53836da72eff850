//! The change itself: one Transaction, or uv's own way where there can be none.

use std::time::Instant;

use uv_distribution_types::{CachedDist, InstalledDist, Name};
use uv_installer::Installer;

use super::execute::{Execution, Part, cancelled};
use super::mounts::refuse_mounts;
use super::planned::{Planned, Prospect};
use crate::calls::{self, Event};
use crate::inventory::Claim;
use crate::transaction::{self, Changed, Failure, How, Incoming, Origin, Wheel, Work};
use crate::uvlike::text::{Changelog, OperationError, tolerate};

/// What came of it, where it was a Transaction.
#[derive(Default)]
pub(super) struct Carried {
    pub(super) changed: Option<Changed>,
    /// The Plan, if it can be kept.
    pub(super) planned: Option<Planned>,
}

impl Execution<'_> {
    /// Removes what goes and installs what comes, and tells of it as uv does. `prospect`: what is known of the Plan, if
    /// it can be kept.
    pub(super) async fn carry_out(
        &self,
        parts: &[Part],
        prospect: Option<Prospect>,
    ) -> Result<Carried, OperationError> {
        let (wheels, outgoing) = self.sides(parts);
        if !outgoing.iter().all(transaction::is_dist_info) {
            // Legacy kinds: what is theirs no list tells.
            self.in_place(parts).await?;
            return Ok(Carried::default());
        }
        let start = Instant::now();
        let leaving = self.leaving(outgoing).await?;
        let how = &self.how();
        let incoming: Vec<_> = wheels.iter().map(|wheel| incoming(wheel, how)).collect();
        let work = Work {
            incoming: &incoming,
            outgoing: &leaving,
            preview: self.flow.resolved.globals.preview,
            durable: self.flow.asked.durable,
            claim: self.claim(),
            asked: (self.flow.asked.text.clone(), changes(&wheels, &leaving)),
            journal: None,
        };
        let carried = match self.environment.transactions().change(work) {
            Ok(changed) => {
                let kept =
                    prospect.map(|prospect| self.flow.planned(prospect, self.environment, how, &wheels, &leaving));
                Carried { changed: Some(changed), planned: kept }
            }
            Err(Failure::Unfit(_)) => {
                self.in_place(parts).await?;
                return Ok(Carried::default());
            }
            Err(Failure::Unchanged(error) | Failure::Stuck(error)) => return Err(error.into()),
            Err(Failure::Cancelled) => return Err(cancelled()),
        };
        calls::tell(&Event::Committed);
        for part in parts {
            if !part.outgoing.is_empty() {
                self.log().uninstalled(part.outgoing.len(), start.elapsed());
            }
            if !part.wheels.is_empty() {
                self.log().installed(part.wheels.len(), start.elapsed());
            }
        }
        Ok(carried)
    }

    /// Those whose files are known, and those that are to go although they aren't.
    async fn leaving(&self, outgoing: Vec<InstalledDist>) -> Result<Vec<InstalledDist>, OperationError> {
        let layout = self.environment.python().interpreter().layout();
        let mut leaving = Vec::with_capacity(outgoing.len());
        for dist in outgoing {
            if dist.install_path().join("RECORD").exists() || self.broken.contains(dist.name()) {
                leaving.push(dist);
            } else if let Err(error) = uv_installer::uninstall(&dist, &layout).await {
                // uv says what is wrong with it, and leaves it.
                tolerate(&dist, error)?;
            }
        }
        Ok(leaving)
    }

    fn sides(&self, parts: &[Part]) -> (Vec<CachedDist>, Vec<InstalledDist>) {
        (
            parts.iter().flat_map(|part| &part.wheels).cloned().collect(),
            parts.iter().flat_map(|part| &part.outgoing).cloned().collect(),
        )
    }

    fn how(&self) -> How {
        How {
            python: self.environment.python().interpreter().sys_executable().to_path_buf(),
            link_mode: self.settings.link_mode,
            relocatable: self.environment.python().relocatable(),
            installer_metadata: self.flow.resolved.globals.installer_metadata,
        }
    }

    fn claim(&self) -> Claim {
        self.environment.inventory().claim(Some(&self.names))
    }

    /// As uv does it, one after the other.
    async fn in_place(&self, parts: &[Part]) -> Result<(), OperationError> {
        refuse_mounts(parts.iter().flat_map(|part| &part.outgoing))?;
        if !transaction::may_commit() {
            return Err(cancelled());
        }
        let _claim = self.claim();
        for Part { wheels, outgoing } in parts {
            self.uninstall(outgoing).await?;
            if !wheels.is_empty() {
                let start = Instant::now();
                Installer::new(self.environment.python(), self.flow.resolved.globals.preview)
                    .with_link_mode(self.settings.link_mode)
                    .with_cache(&self.flow.cache)
                    .with_installer_metadata(self.flow.resolved.globals.installer_metadata)
                    .with_reporter(self.reporter())
                    // On the call's own thread, which has nothing else to do.
                    .install_blocking(wheels.clone())?;
                self.log().installed(wheels.len(), start.elapsed());
            }
        }
        Ok(())
    }

    async fn uninstall(&self, dists: &[InstalledDist]) -> Result<(), OperationError> {
        if dists.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let layout = self.environment.python().interpreter().layout();
        for dist in dists {
            if let Err(error) = uv_installer::uninstall(dist, &layout).await {
                tolerate(dist, error)?;
                // Half-installed: left there, it would be a second distribution of the name.
                if self.broken.contains(dist.name()) && dist.install_path().is_dir() {
                    let _ = fs_err::remove_dir_all(dist.install_path());
                }
            }
        }
        self.log().uninstalled(dists.len(), start.elapsed());
        Ok(())
    }
}

/// What goes and what comes, as an answer tells it.
pub(super) fn changes(wheels: &[CachedDist], outgoing: &[InstalledDist]) -> serde_json::Value {
    let changelog = Changelog::new(wheels.iter().cloned(), outgoing.iter().cloned());
    serde_json::to_value(changelog.changes()).unwrap_or_default()
}

pub(super) fn incoming(dist: &CachedDist, how: &How) -> Incoming {
    Incoming {
        name: dist.name().clone(),
        version: dist.filename().version.to_string(),
        from: Origin::wheel(Wheel::of(dist, how.clone())),
        label: format!("{} ({dist})", dist.filename()),
    }
}
