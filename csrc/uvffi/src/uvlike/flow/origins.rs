//! Where what a plan brings is from: the file on the index or the URL, as the resolver chose it.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value, json};
use uv_distribution_types::{
    BuiltDist, CachedDist, Dist, DistributionMetadata, File, Name, Node, Resolution, ResolvedDist, SourceDist,
    VersionOrUrlRef,
};
use uv_installer::Plan;
use uv_normalize::PackageName;
use uv_pypi_types::{DirInfo, DirectUrl, ParsedUrl, Yanked};

use crate::source::Source;

/// Of each distribution that `plan` brings, as far as it can be told.
pub(super) fn sources(plan: &Plan, resolution: &Resolution, dry_run: bool) -> Vec<Source> {
    let requested = requested(resolution);
    let chosen: FxHashMap<&PackageName, &Dist> = resolution
        .distributions()
        .filter_map(|dist| match dist {
            ResolvedDist::Installable { dist, .. } => Some((dist.name(), &**dist)),
            ResolvedDist::Installed { .. } => None,
        })
        .collect();
    let cached = plan.cached.iter().filter_map(|dist| {
        let archive = dry_run.then(|| dist.path().to_string_lossy().into_owned());
        let from = match dist {
            CachedDist::Url(dist) => At::Url(DirectUrl::from(&dist.url.parsed_url)),
            CachedDist::Registry(_) => At::Index(file_of(dist, chosen.get(dist.name())?)?),
        };
        from.source(dist.name(), &requested, archive)
    });
    let remote = plan.remote.iter().filter_map(|dist| from(dist)?.source(dist.name(), &requested, None));
    cached.chain(remote).collect()
}

enum At<'a> {
    Index(&'a File),
    Url(DirectUrl),
}

impl At<'_> {
    fn source(
        self,
        name: &PackageName,
        requested: &FxHashSet<&PackageName>,
        archive: Option<String>,
    ) -> Option<Source> {
        let (download_info, is_direct, is_yanked) = match self {
            Self::Url(url) => (serde_json::to_value(url).ok()?, true, false),
            Self::Index(file) => (downloaded(file)?, false, is_yanked(file)),
        };
        Some(Source {
            name: name.to_string(),
            download_info,
            is_direct,
            is_yanked,
            requested: requested.contains(name),
            archive,
        })
    }
}

/// The names that the request has itself: what hangs at the root.
fn requested(resolution: &Resolution) -> FxHashSet<&PackageName> {
    let graph = resolution.graph();
    graph
        .node_indices()
        .filter(|index| matches!(graph[*index], Node::Root))
        .flat_map(|root| graph.neighbors(root))
        .filter_map(|index| match &graph[index] {
            Node::Dist { dist, .. } => Some(dist.name()),
            Node::Root => None,
        })
        .collect()
}

/// What will be fetched.
fn from(dist: &Dist) -> Option<At<'_>> {
    match dist {
        Dist::Built(BuiltDist::Registry(dist)) => Some(At::Index(&dist.best_wheel().file)),
        Dist::Source(SourceDist::Registry(dist)) => Some(At::Index(&dist.file)),
        Dist::Source(SourceDist::Directory(dist)) => Some(At::Url(DirectUrl::LocalDirectory {
            url: dist.url.to_url().to_string(),
            dir_info: DirInfo { editable: dist.editable },
            subdirectory: None,
        })),
        other => match other.version_or_url() {
            VersionOrUrlRef::Url(url) => {
                let parsed = ParsedUrl::try_from(url.to_url()).ok()?;
                Some(At::Url(DirectUrl::from(&parsed)))
            }
            VersionOrUrlRef::Version(_) => None,
        },
    }
}

/// The index's file that a wheel of the cache is of: the wheel itself, or the sources it was built from.
fn file_of<'a>(cached: &CachedDist, chosen: &'a Dist) -> Option<&'a File> {
    match chosen {
        Dist::Built(BuiltDist::Registry(dist)) => {
            let wheel = dist.wheels.iter().find(|wheel| wheel.filename == *cached.filename());
            wheel.map(|wheel| &*wheel.file).or_else(|| Some(&dist.sdist.as_ref()?.file))
        }
        Dist::Source(SourceDist::Registry(dist)) => Some(&dist.file),
        _ => None,
    }
}

fn downloaded(file: &File) -> Option<Value> {
    let mut url = file.url.to_url().ok()?;
    url.remove_credentials();
    url.set_fragment(None);
    let hashes: Map<String, Value> =
        file.hashes.iter().map(|hash| (hash.algorithm().to_string(), Value::from(hash.digest.to_string()))).collect();
    let archive_info = if hashes.is_empty() { json!({}) } else { json!({ "hashes": hashes }) };
    Some(json!({ "url": url.to_string(), "archive_info": archive_info }))
}

fn is_yanked(file: &File) -> bool {
    match file.yanked.as_deref() {
        Some(Yanked::Bool(yanked)) => *yanked,
        Some(Yanked::Reason(_)) => true,
        None => false,
    }
}
