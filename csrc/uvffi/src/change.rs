use serde::Serialize;
use uv_pep440::Version;

/// One distribution that a call changed, or with `--dry-run` would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    pub(crate) name: String,
    /// The version there is after the call; `None` once uninstalled, or unknown before a build.
    pub(crate) version: Option<String>,
    /// The version there was before the call; `None` where the name was absent.
    pub(crate) previous_version: Option<String>,
    pub(crate) action: Action,
    /// Whether what is there after the call (or was there, if uninstalled) is an editable install.
    pub(crate) editable: bool,
    /// The URL of a direct reference (PEP 610) of the same distribution.
    pub(crate) url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Installed,
    Uninstalled,
    Reinstalled,
    Upgraded,
    Downgraded,
}

impl Action {
    /// What it is to go from one version to another.
    pub(crate) fn between(before: &Version, after: &Version) -> Self {
        match after.cmp(before) {
            std::cmp::Ordering::Greater => Self::Upgraded,
            std::cmp::Ordering::Less => Self::Downgraded,
            std::cmp::Ordering::Equal => Self::Reinstalled,
        }
    }
}
