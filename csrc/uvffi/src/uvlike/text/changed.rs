use std::fmt;
use std::sync::Arc;

use uv_distribution_types::{
    CachedDist, Dist, DistributionMetadata, InstalledDist, InstalledDistKind, InstalledMetadata, InstalledVersion,
    LocalDist, Name, SourceDist, VersionOrUrlRef,
};
use uv_normalize::PackageName;
use uv_pep440::Version;
use uv_pep508::VerbatimUrl;
use uv_pypi_types::DirectUrl;
use uv_redacted::DisplaySafeUrl;

/// A distribution that was installed or removed, or with `--dry-run` would be.
///
/// Two local ones are equal if name, version and canonical URL agree, wherever they are; that is how a reinstall is
/// known. A remote one, seen with `--dry-run` only, equals no local one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChangedDist {
    Local(LocalDist),
    Remote(Arc<Dist>),
}

/// What follows the name in uv's list of changes; also its order within one name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Specifier<'a> {
    Installed(InstalledVersion<'a>),
    Url(&'a VerbatimUrl),
}

impl fmt::Display for Specifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed(version) => version.fmt(f),
            Self::Url(url) => write!(f, " @ {url}"),
        }
    }
}

impl From<CachedDist> for ChangedDist {
    fn from(dist: CachedDist) -> Self {
        Self::Local(dist.into())
    }
}

impl From<InstalledDist> for ChangedDist {
    fn from(dist: InstalledDist) -> Self {
        Self::Local(dist.into())
    }
}

impl From<Arc<Dist>> for ChangedDist {
    fn from(dist: Arc<Dist>) -> Self {
        Self::Remote(dist)
    }
}

impl ChangedDist {
    pub(crate) fn name(&self) -> &PackageName {
        match self {
            Self::Local(dist) => dist.name(),
            Self::Remote(dist) => dist.name(),
        }
    }

    /// `None` for a source distribution by URL that has not been built.
    pub(crate) fn version(&self) -> Option<&Version> {
        match self {
            Self::Local(dist) => Some(dist.installed_version().version()),
            Self::Remote(dist) => dist.version(),
        }
    }

    pub(super) fn specifier(&self) -> Specifier<'_> {
        match self {
            Self::Local(dist) => Specifier::Installed(dist.installed_version()),
            Self::Remote(dist) => match dist.version_or_url() {
                VersionOrUrlRef::Version(version) => Specifier::Installed(InstalledVersion::Version(version)),
                VersionOrUrlRef::Url(url) => Specifier::Url(url),
            },
        }
    }

    pub(crate) fn editable(&self) -> bool {
        match self {
            Self::Local(LocalDist::Cached(dist, _)) => dist.parsed_url().is_some_and(|url| url.is_editable()),
            Self::Local(LocalDist::Installed(dist, _)) => dist.is_editable(),
            Self::Remote(dist) => {
                matches!(&**dist, Dist::Source(SourceDist::Directory(dist)) if dist.editable == Some(true))
            }
        }
    }

    /// The URL of a direct reference, as an installed distribution reports it from its `direct_url.json`, with
    /// credentials masked.
    pub(crate) fn url(&self) -> Option<String> {
        match self {
            Self::Local(LocalDist::Cached(dist, _)) => {
                let url = DirectUrl::from(dist.parsed_url()?);
                DisplaySafeUrl::try_from(&url).ok().map(|url| url.to_string())
            }
            Self::Local(LocalDist::Installed(dist, _)) => match &dist.kind {
                InstalledDistKind::Url(dist) => Some(dist.url.to_string()),
                InstalledDistKind::LegacyEditable(dist) => Some(dist.target_url.to_string()),
                InstalledDistKind::Registry(_)
                | InstalledDistKind::EggInfoFile(_)
                | InstalledDistKind::EggInfoDirectory(_) => None,
            },
            Self::Remote(dist) => match dist.version_or_url() {
                VersionOrUrlRef::Url(url) => Some(url.to_string()),
                VersionOrUrlRef::Version(_) => None,
            },
        }
    }
}
