//! A [`ResolverProvider`] that lets the solver always end.
//!
//! uv's solver waits on a thread of its own for every answer it asked for. A fetch that fails or is dropped leaves
//! it waiting for ever: harmless in a process that exits, a leaked thread in one that stays. Here the first fatal
//! error is kept aside, everything from then on is answered at once, as offline or failed, the solver comes to its
//! end, and the kept error is the outcome.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{Either, select};
use tokio::sync::Notify;
use uv_distribution::Reporter;
use uv_distribution_types::{Dist, IndexMetadata, InstalledDist, Name, RequestedDist};
use uv_normalize::PackageName;
use uv_resolver::{
    DefaultResolverProvider, MetadataResponse, PackageVersionsResult, ResolveError, ResolverProvider, VersionsResponse,
    WheelMetadataResult,
};

use super::builds::{Builds, Own};
use super::commits;
use crate::freshness::Asking;

/// What ended a resolve before the solver did; shared with whoever started it.
#[derive(Default)]
pub(crate) struct FirstError {
    error: Mutex<Option<ResolveError>>,
    raised: Notify,
    is_raised: std::sync::atomic::AtomicBool,
}

impl FirstError {
    fn raise(&self, error: ResolveError) {
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
        self.end();
    }

    /// Ends the resolve without an error of its own.
    pub(crate) fn end(&self) {
        self.is_raised.store(true, std::sync::atomic::Ordering::Release);
        self.raised.notify_waiters();
    }

    fn is_raised(&self) -> bool {
        self.is_raised.load(std::sync::atomic::Ordering::Acquire)
    }

    /// Takes the kept error, if any.
    pub(crate) fn take(&self) -> Option<ResolveError> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Awaits `fetch` unless an error is raised meanwhile, or was before.
    async fn or_end<T>(&self, fetch: impl Future<Output = T>) -> Option<T> {
        // Registered before the flag is read, so that a raise in between is not missed.
        let mut raised = pin!(self.raised.notified());
        raised.as_mut().enable();
        if self.is_raised() {
            return None;
        }
        match select(pin!(fetch), raised).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(_) => None,
        }
    }
}

/// uv's own provider, with errors kept aside.
pub(crate) struct EndingProvider<'a> {
    inner: DefaultResolverProvider<'a, Builds<'a>>,
    first_error: Arc<FirstError>,
    own: &'a Own,
    asking: Asking<'a>,
}

impl<'a> EndingProvider<'a> {
    pub(crate) fn new(
        inner: DefaultResolverProvider<'a, Builds<'a>>,
        first_error: Arc<FirstError>,
        own: &'a Own,
        asking: Asking<'a>,
    ) -> Self {
        Self { inner, first_error, own, asking }
    }

    fn metadata(
        &self,
        answer: Option<WheelMetadataResult>,
        dist: RequestedDist,
        what: &'static str,
    ) -> MetadataResponse {
        let error = match answer {
            None => None,
            Some(Err(error)) => Some(ResolveError::Distribution(error)),
            // uv checks this after the provider, where a mismatch would end the fetch and not the solver.
            Some(Ok(MetadataResponse::Found(found))) if found.metadata.name != *dist.name() => {
                Some(ResolveError::MismatchedPackageName {
                    request: what,
                    expected: dist.name().clone(),
                    actual: found.metadata.name,
                })
            }
            Some(Ok(answer)) => {
                // A refused build may look like one unusable version: the Child could have used it.
                if self.own.is_left() {
                    self.first_error.end();
                }
                return answer;
            }
        };
        if let Some(error) = error {
            self.first_error.raise(error);
        }
        // Ends the solver at once. Nobody reads which error it is: the first one is kept.
        MetadataResponse::Error(Box::new(dist), Arc::new(uv_distribution::Error::NoBuild))
    }
}

impl ResolverProvider for EndingProvider<'_> {
    async fn get_package_versions<'io>(
        &'io self,
        package_name: &'io PackageName,
        index: Option<&'io IndexMetadata>,
    ) -> PackageVersionsResult {
        let question = self.asking.about(package_name, index);
        let fetch = self.inner.get_package_versions(package_name, index);
        match self.first_error.or_end(fetch).await {
            Some(Ok(versions)) => {
                question.answered();
                Ok(versions)
            }
            Some(Err(error)) => {
                self.first_error.raise(ResolveError::Client(error));
                Ok(VersionsResponse::Offline)
            }
            None => Ok(VersionsResponse::Offline),
        }
    }

    async fn get_or_build_wheel_metadata<'io>(&'io self, dist: &'io Dist) -> WheelMetadataResult {
        if let Some(git) = commits::url_of(dist)
            && !self.own.may_ask(git)
        {
            self.first_error.end();
        }
        let answer = self.first_error.or_end(self.inner.get_or_build_wheel_metadata(dist)).await;
        Ok(self.metadata(answer, RequestedDist::Installable(dist.clone()), "distribution metadata"))
    }

    async fn get_installed_metadata<'io>(&'io self, dist: &'io InstalledDist) -> WheelMetadataResult {
        let mut answer = self.first_error.or_end(self.inner.get_installed_metadata(dist)).await;
        // A METADATA that names another package counts as its dist-info's, as with uv, which mostly fetches ahead and
        // then doesn't compare them.
        if let Some(Ok(MetadataResponse::Found(found))) = &mut answer {
            found.metadata.name = dist.name().clone();
        }
        Ok(self.metadata(answer, RequestedDist::Installed(dist.clone()), "installed metadata"))
    }

    fn with_reporter(self, reporter: Arc<dyn Reporter>) -> Self {
        Self { inner: self.inner.with_reporter(reporter), ..self }
    }
}
