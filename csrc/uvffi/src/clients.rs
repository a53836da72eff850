use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use uv_cache::Cache;
use uv_client::{BaseClient, ClientBuildError, RegistryClient, RegistryClientBuilder};
use uv_distribution_types::IndexLocations;
use uv_pep508::MarkerEnvironment;
use uv_platform_tags::Platform;
use uv_python::Interpreter;

use crate::freshness::Seen;
use crate::uvlike::flow::Flow;

/// How many different network settings are kept warm at once.
const KEPT: usize = 8;

/// Network settings, and what the user agent tells of the interpreter: many environments are of one.
type Key = (u64, MarkerEnvironment, Platform);

/// HTTP clients kept warm: connection pools and TLS roots, and nothing that one call decides for another.
///
/// A registry client is made anew for each call. One kept would hold uv's cache lock while idle and freeze the
/// call's indexes, credentials and `--refresh`.
#[derive(Default)]
pub(crate) struct Clients {
    kept: Mutex<VecDeque<(Key, BaseClient)>>,
    seen: Arc<Seen>,
}

impl Clients {
    /// The registry client of one call. `shared` is false for calls that read source trees, which may bring
    /// credentials of their own, and for those that may ask no index.
    pub(crate) fn registry(
        &self,
        flow: &Flow<'_>,
        locations: &IndexLocations,
        interpreter: &Interpreter,
        shared: bool,
    ) -> Result<RegistryClient, ClientBuildError> {
        let builder = RegistryClientBuilder::new(flow.client.clone(), flow.cache.clone())
            .index_locations(locations.clone())
            .index_strategy(flow.resolved.command.pip().index_strategy)
            .markers(interpreter.markers())
            .platform(interpreter.platform());
        if shared { builder.wrap_existing(&self.base(flow, interpreter)?) } else { builder.build() }
    }

    /// The warm client for these network settings, and for interpreters like this one.
    fn base(&self, flow: &Flow<'_>, interpreter: &Interpreter) -> Result<BaseClient, ClientBuildError> {
        let key = (flow.resolved.network_key(), interpreter.markers().clone(), interpreter.platform().clone());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| *known == key) {
            let found = kept.remove(at).expect("the position was just found");
            kept.push_front(found.clone());
            return Ok(found.1);
        }
        // uv makes this client with the interpreter's facts only as part of a registry client; the cache is not used.
        let cache = Cache::from_path(flow.cache.root());
        let client = RegistryClientBuilder::new(flow.resolved.base_client_builder(), cache)
            .markers(interpreter.markers())
            .platform(interpreter.platform())
            .build()?
            .cached_client()
            .uncached()
            .clone();
        kept.push_front((key, client.clone()));
        kept.truncate(KEPT);
        Ok(client)
    }

    /// What the indexes were heard to say of how long their pages hold.
    pub(crate) fn seen(&self) -> &Arc<Seen> {
        &self.seen
    }

    /// How many clients are kept warm.
    pub(crate) fn count(&self) -> usize {
        self.kept.try_lock().map_or(0, |kept| kept.len())
    }
}
