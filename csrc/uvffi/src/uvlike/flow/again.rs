//! The same request again: its settings and requirements as parsed before, held against what is installed now.

use std::sync::Arc;
use std::time::Instant;

use super::satisfied::{self, Satisfied};
use super::sources::Asked;
use super::{Flow, Kept, Outcome};
use crate::environment::Environment;
use crate::inventory::Basis;
use crate::output::Output;
use crate::reply::Reply;
use crate::truth::Footing;
use crate::uvlike::settings::{Command, Resolved};
use crate::uvlike::text::{InstallLog, Printer};

/// A `pip install` that was satisfied, as far as it did not depend on what is installed.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) footing: Footing,
    resolved: Arc<Resolved>,
    asked: Asked,
    environment: Arc<Environment>,
    /// What it said before it looked at what is installed.
    preamble: String,
}

impl Flow<'_> {
    /// Keeps what was parsed, for the time when only what is installed has changed.
    pub(super) fn keep_parsed(&self, asked: &Asked, environment: &Arc<Environment>, outcome: &mut Outcome) {
        outcome.kept = self.notes.footing().map(|footing| {
            Kept::Parsed(Box::new(Parsed {
                footing,
                resolved: self.resolved.clone(),
                asked: asked.clone(),
                environment: environment.clone(),
                preamble: self.output.so_far(),
            }))
        });
    }
}

impl Parsed {
    /// The answer, if everything is as it was parsed and what is installed now satisfies it. No lock, no thread and no
    /// runtime: nothing but stats, and the metadata that changed.
    pub(crate) fn satisfied_again(&self) -> Option<(Reply, Footing, Basis)> {
        let start = Instant::now();
        let footing = self.footing.holds_by_path()?;
        let Command::Install(settings) = &self.resolved.command else { return None };
        let look = self.environment.inventory().look().ok().filter(|look| !look.is_odd())?;
        let interpreter = self.environment.python().interpreter();
        let markers = interpreter.to_resolver_marker_environment();
        let satisfied = satisfied::check(&self.asked, &look, &markers, interpreter.tags().ok()?);
        if satisfied != Satisfied::Yes {
            return None;
        }
        let output = Output::default();
        output.stderr(&self.preamble);
        let (count, dry_run) = (self.asked.spec.requirements.len(), settings.dry_run.enabled());
        InstallLog::new(Printer::new(self.resolved.globals.quiet, output.clone())).checked(
            count,
            start.elapsed(),
            dry_run,
        );
        let reply = Reply::resident(0, (String::new(), output.take()))
            .with_changes(Vec::new(), dry_run)
            .within(Some(self.environment.place()));
        Some((reply, footing, look.basis(true, false)?))
    }
}
