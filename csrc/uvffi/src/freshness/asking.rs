use std::time::Duration;

use http::HeaderValue;
use uv_cache::Cache;
use uv_client::Connectivity;
use uv_configuration::IndexStrategy;
use uv_distribution_types::{
    ExcludeNewerOverride, IndexFormat, IndexLocations, IndexMetadata, IndexMetadataRef, IndexUrl,
};
use uv_normalize::PackageName;
use uv_resolver::ExcludeNewer;

use super::facts::IndexFacts;
use super::keep::Keep;
use super::moment::Moment;
use super::page::Page;

/// The settings of one resolve that decide which pages it reads, and whether uv would read them again.
pub(crate) struct Scope<'a> {
    pub(crate) locations: &'a IndexLocations,
    pub(crate) strategy: IndexStrategy,
    pub(crate) cache: &'a Cache,
    pub(crate) connectivity: Connectivity,
    pub(crate) exclude_newer: &'a ExcludeNewer,
}

/// The names that one resolve asks the indexes about.
pub(crate) struct Asking<'a> {
    facts: &'a IndexFacts,
    scope: Scope<'a>,
}

/// One name, from before uv looks for its versions until it has them.
pub(crate) struct Question<'a> {
    facts: &'a IndexFacts,
    /// Of each index that uv may look at, in its order; None where nobody says how long the answer holds.
    listings: Vec<Option<Listing>>,
    /// How many of them decide.
    decisive: usize,
    /// uv would ask again each time.
    refreshed: bool,
    answered: bool,
}

/// A page of one index, as it was known before uv looked.
struct Listing {
    page: Page,
    /// The same in uv's cache.
    cached: Page,
    /// Said by the user for this index, in the place of what it says itself.
    terms: Option<HeaderValue>,
    known: Option<Option<Moment>>,
}

impl<'a> Asking<'a> {
    /// To be made right before the resolver begins.
    pub(crate) fn new(facts: &'a IndexFacts, scope: Scope<'a>) -> Self {
        if !facts.is_quiet() || !scope.can_be_trusted() {
            facts.narrow(None);
        }
        Self { facts, scope }
    }

    /// A name that is asked about, at one index or at all of them.
    pub(crate) fn about(&self, name: &PackageName, index: Option<&IndexMetadata>) -> Question<'a> {
        let Scope { locations, strategy, cache, .. } = &self.scope;
        let listings: Vec<_> = match index {
            _ if locations.no_index() => Vec::new(),
            Some(index) => vec![self.listing(name, IndexMetadataRef::from(index))],
            None => locations.fetch_indexes().map(|index| self.listing(name, IndexMetadataRef::from(index))).collect(),
        };
        // Of the first, uv goes on to the next only where it has no such page: an answer that is never kept.
        let decisive = if *strategy == IndexStrategy::FirstIndex { 1 } else { listings.len() };
        // `--refresh`, and `--upgrade` and `--reinstall`, which include it.
        let refreshed = cache.must_revalidate_package(name);
        self.facts.open();
        Question { facts: self.facts, listings, decisive, refreshed, answered: false }
    }

    fn listing(&self, name: &PackageName, index: IndexMetadataRef<'_>) -> Option<Listing> {
        // A directory says of nothing how long it holds; of a flat list, over HTTP too, no page is a project's own.
        if index.format != IndexFormat::Simple || matches!(index.url, IndexUrl::Path(_)) {
            return None;
        }
        let terms = self.scope.locations.simple_api_cache_control_for(index.url);
        let page = Page::of_project(index.url, name)?;
        let cached = page.cached(self.scope.cache.root(), terms.as_ref());
        Some(Listing { page, cached, terms, known: self.facts.seen.get(cached) })
    }
}

impl Scope<'_> {
    fn can_be_trusted(&self) -> bool {
        // uv takes what is on its disk, however old: anybody may put something newer there at any moment.
        !self.connectivity.is_offline()
            // `--no-cache`: uv asks each time.
            && !self.cache.is_temporary()
            // `--find-links`: a directory says of nothing how long it holds. Pages of links are rare, and left out too.
            && self.locations.flat_indexes().next().is_none()
            // Counted back from now, it lets in other versions at any moment.
            && !self.excludes_relative_to_now()
    }

    fn excludes_relative_to_now(&self) -> bool {
        let Self { locations, exclude_newer, .. } = self;
        let of_indexes = locations.known_indexes().filter_map(|index| locations.exclude_newer_for(index.url()));
        let of_some = exclude_newer.package.values().chain(of_indexes).cloned();
        let of_some = of_some.filter_map(ExcludeNewerOverride::into_value);
        exclude_newer.global.iter().cloned().chain(of_some).any(|value| value.span().is_some())
    }
}

impl Question<'_> {
    /// uv has the versions, and on disk what they come from.
    pub(crate) fn answered(mut self) {
        self.answered = true;
        // All of them: what was heard and does not decide here may do so in another call.
        let until: Vec<_> = self.listings.iter().map(|listing| listing.as_ref()?.settle(self.facts)).collect();
        let far = self.facts.begun.after(Duration::MAX);
        let mut decisive = until.into_iter().take(self.decisive);
        let until = decisive.try_fold(far, |until, other| Some(until.earlier(other?)));
        self.facts.close(until.filter(|_| !self.refreshed));
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if !self.answered {
            // It failed, and nobody knows which of its pages are on disk by now.
            self.listings.iter().flatten().for_each(|listing| self.facts.seen.forget(listing.cached));
        }
    }
}

impl Listing {
    /// Until when it may be trusted. Notes for other calls what was heard of it in this one.
    fn settle(&self, facts: &IndexFacts) -> Option<Moment> {
        let terms = self.terms.as_ref();
        if let Some(answer) = facts.heard_of(self.page) {
            let until = answer.until(terms);
            facts.seen.put(self.cached, until);
            return until;
        }
        // From disk, then.
        match self.known {
            Some(None) => None,
            Some(Some(until)) if !until.has_come_at(facts.begun) => Some(until),
            // No answer was seen, or what uv has is newer than the one that was.
            _ => {
                let longest = match terms.map(|terms| Keep::of([terms])) {
                    Some(Keep::Never) => return None,
                    Some(Keep::For(seconds)) => Duration::from_secs(seconds),
                    Some(Keep::Unsaid) | None => Duration::MAX,
                };
                let time = facts.allowance.min(longest);
                (!time.is_zero()).then(|| facts.begun.after(time))
            }
        }
    }
}
