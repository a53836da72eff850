use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uv_client::{BaseClientBuilder, DEFAULT_MAX_REDIRECTS, ExtraMiddleware};
use uv_distribution_types::{BuiltDist, Dist, Resolution, ResolvedDist, SourceDist};

use super::allowance::allowance;
use super::answer::Answer;
use super::moment::Moment;
use super::observer::Observer;
use super::page::Page;
use super::seen::Seen;
use crate::fault::Fault;

/// What the indexes said in one call, and how long what was resolved from it may be given again.
pub(crate) struct IndexFacts {
    pub(super) begun: Moment,
    /// For pages from uv's disk cache, of which no answer was seen.
    pub(super) allowance: Duration,
    pub(super) seen: Arc<Seen>,
    heard: Mutex<HashMap<Page, Answer>>,
    trust: Mutex<Trust>,
}

/// What is known so far of how long the answer holds.
struct Trust {
    until: Option<Moment>,
    /// How many names were asked about and have no versions yet.
    open: usize,
}

impl IndexFacts {
    /// The facts of a call that begins now.
    pub(crate) fn begin(seen: &Arc<Seen>) -> Result<Arc<Self>, Fault> {
        Ok(Arc::new(Self::with(seen.clone(), Moment::now(), allowance()?)))
    }

    pub(super) fn with(seen: Arc<Seen>, begun: Moment, allowance: Duration) -> Self {
        // Where no index is asked anything, nothing that it could say would change the answer.
        let trust = Trust { until: Some(begun.after(Duration::MAX)), open: 0 };
        Self { begun, allowance, seen, heard: Mutex::default(), trust: Mutex::new(trust) }
    }

    /// Lets these facts hear every answer that clients of this builder get. Of the same call, and no other's.
    pub(crate) fn watch<'b>(self: &Arc<Self>, builder: BaseClientBuilder<'b>) -> BaseClientBuilder<'b> {
        builder.extra_middleware(ExtraMiddleware(vec![Arc::new(Observer(self.clone()))]))
    }

    /// Whether no server has answered in this call so far. False before anything is resolved means that requirements
    /// came from the network: uv fetches them anew each time.
    pub(super) fn is_quiet(&self) -> bool {
        self.heard().is_empty()
    }

    /// Until when `resolution`, and all that uv says of it, may be given again without asking the indexes; None: not
    /// at all. Of a resolve that succeeded.
    pub(crate) fn until(&self, resolution: &Resolution) -> Option<Moment> {
        let trust = self.trust();
        // What came from a URL or a path has no index to speak for it; what is installed has Witnesses of its own.
        let known = trust.open == 0 && resolution.distributions().all(is_of_an_index);
        trust.until.filter(|_| known)
    }

    pub(super) fn hear(&self, page: Page, answer: Answer) {
        self.heard().insert(page, answer);
    }

    /// The answer for a page in this call, at the end of its redirects.
    pub(super) fn heard_of(&self, page: Page) -> Option<Answer> {
        let heard = self.heard();
        let mut answer = heard.get(&page)?;
        for _ in 0..DEFAULT_MAX_REDIRECTS {
            match answer.moved().and_then(|page| heard.get(&page)) {
                Some(next) => answer = next,
                None => break,
            }
        }
        // One that still leads elsewhere is not kept, and so never trusted.
        Some(*answer)
    }

    /// Somebody asks about a name; `narrow` is to follow.
    pub(super) fn open(&self) {
        self.trust().open += 1;
    }

    /// The versions of a name are known, and may be trusted until then.
    pub(super) fn close(&self, until: Option<Moment>) {
        self.trust().open -= 1;
        self.narrow(until);
    }

    /// Nothing is to be trusted longer than this; None: at all.
    pub(super) fn narrow(&self, until: Option<Moment>) {
        let mut trust = self.trust();
        trust.until = trust.until.zip(until).map(|(known, until)| known.earlier(until));
    }

    fn heard(&self) -> MutexGuard<'_, HashMap<Page, Answer>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trust(&self) -> MutexGuard<'_, Trust> {
        self.trust.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_of_an_index(dist: &ResolvedDist) -> bool {
    match dist {
        ResolvedDist::Installed { .. } => true,
        ResolvedDist::Installable { dist, .. } => {
            matches!(&**dist, Dist::Built(BuiltDist::Registry(_)) | Dist::Source(SourceDist::Registry(_)))
        }
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
