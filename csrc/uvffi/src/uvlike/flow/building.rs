//! Where distributions are built: in a Child that only prepares. The flow runs up to three times.
//!
//! 1. In the host, where a build is refused: then nothing was touched but uv's cache, and nothing is installed.
//! 2. In the Child, up to where all that comes is in uv's cache.
//! 3. In the host again, where all of it is found there, and committed as one Transaction.

use serde::{Deserialize, Serialize};
use uv_distribution_types::{Name, Resolution, ResolvedDist};
use uv_git::GitResolver;

use super::commits::Commit;
use super::{Flow, Stop};
use crate::change::Change;
use crate::environment::Environment;

/// What becomes of a build in this run of a flow.
#[derive(Clone, Debug)]
pub(crate) enum Building {
    /// It ends the flow.
    Refused,
    /// It is done, and the flow ends before anything is installed.
    Here,
    /// A Child has done it.
    Done(Prepared),
}

/// What came of it there.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    pub(crate) said: String,
    pub(crate) account: Account,
}

/// What it tells the host.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// What it resolved to, in order.
    resolved: Vec<String>,
    pub(super) commits: Vec<Commit>,
}

impl Account {
    pub(super) fn of(resolution: &Resolution, git: &GitResolver) -> Self {
        Self { resolved: listed(resolution), commits: Commit::of(resolution, git) }
    }
}

fn listed(resolution: &Resolution) -> Vec<String> {
    let mut list: Vec<String> = resolution.distributions().map(ToString::to_string).collect();
    list.sort_unstable();
    list
}

impl Flow<'_> {
    /// Whether this is a process that only prepares.
    pub(super) fn only_prepares(&self) -> bool {
        matches!(self.building, Building::Here)
    }

    /// Whether this came to what the Child came to, where one was there.
    pub(super) fn is_as_prepared(&self, resolution: &Resolution) -> bool {
        match &self.building {
            Building::Done(prepared) => prepared.account.resolved == listed(resolution),
            Building::Refused | Building::Here => true,
        }
    }

    /// As [`Flow::check_expected`]; a plan that was shown before the build had no versions of what is not of an index.
    pub(super) fn check_planned(
        &self,
        environment: &Environment,
        changes: &[Change],
        resolution: &Resolution,
    ) -> Result<(), Stop> {
        if matches!(self.building, Building::Done(_)) {
            let is_unknown = |dist: &ResolvedDist| match dist {
                ResolvedDist::Installable { dist, .. } => dist.version().is_none(),
                ResolvedDist::Installed { .. } => false,
            };
            let unknown: Vec<_> = resolution.distributions().filter(|dist| is_unknown(dist)).map(Name::name).collect();
            let mut before = changes.to_vec();
            for change in before.iter_mut().filter(|change| unknown.iter().any(|name| name.as_ref() == change.name)) {
                change.version = None;
            }
            if self.is_expected_in(&environment.place().prefix, &before) {
                return Ok(());
            }
        }
        self.check_expected(environment, changes)
    }

    /// Puts what the Child said in place of what was said here on the same way.
    pub(super) fn say_as_prepared(&self) {
        if let Building::Done(Prepared { said, .. }) = &self.building {
            self.output.replace(said);
        }
    }
}

/// What a Child said, and with it the downloads of which the host has told before, which the Child found in uv's cache.
pub(crate) fn with_downloads(host: &str, child: &str) -> String {
    let is_download = |line: &&str| line.starts_with("Downloading ") || line.starts_with(" Downloaded ");
    let downloads: String = host.split_inclusive('\n').filter(is_download).collect();
    let common: usize = host
        .split_inclusive('\n')
        .zip(child.split_inclusive('\n'))
        .take_while(|(one, other)| one == other && !is_download(one))
        .map(|(line, _)| line.len())
        .sum();
    let (before, after) = child.split_at(common);
    format!("{before}{downloads}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_of_the_host_are_told() {
        let host = "Using Python 3.11\nDownloading big (2.0MiB)\n Downloaded big\nResolved 1 package in 1ms\n";
        let child = "Using Python 3.11\nResolved 1 package in 2ms\nPrepared 1 package in 3ms\n";
        assert_eq!(
            with_downloads(host, child),
            "Using Python 3.11\nDownloading big (2.0MiB)\n Downloaded big\nResolved 1 package in 2ms\nPrepared 1 \
             package in 3ms\n"
        );
        assert_eq!(with_downloads("", child), child);
        assert_eq!(with_downloads("Using Python 3.11\n", child), child);
    }
}
