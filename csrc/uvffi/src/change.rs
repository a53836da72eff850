use std::collections::BTreeMap;
use std::str::FromStr;

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

/// The changes that uv lists at the end of its text: ` + name==version`, ` - `, and ` ~ ` for a re-install.
pub(crate) fn listed(text: &str) -> Vec<Change> {
    let mut versions: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for line in text.lines() {
        let Some((sign, rest)) = line.strip_prefix(' ').and_then(|line| line.split_once(' ')) else { continue };
        // `name==version`, with ` (from file:///...)` after it for a direct URL.
        let Some((name, version)) = rest.split(' ').next().and_then(|dist| dist.split_once("==")) else { continue };
        let [before, after] = versions.entry(name).or_default();
        match sign {
            "-" => *before = Some(version),
            "+" => *after = Some(version),
            "~" => (*before, *after) = (Some(version), Some(version)),
            _ => {}
        }
    }
    let known = versions.into_iter().filter(|(_, versions)| versions.iter().any(Option::is_some));
    known.map(|(name, [before, after])| Change::of(name, before, after, text)).collect()
}

impl Change {
    fn of(name: &str, before: Option<&str>, after: Option<&str>, text: &str) -> Self {
        let parsed = |version: &str| Version::from_str(version).ok();
        let action = match (before, after) {
            (None, _) => Action::Installed,
            (_, None) => Action::Uninstalled,
            (Some(before), Some(after)) => parsed(before)
                .zip(parsed(after))
                .map_or(Action::Reinstalled, |(before, after)| Action::between(&before, &after)),
        };
        let version = after.or(before).unwrap_or_default();
        let url = text
            .lines()
            .filter_map(|line| line.split_once(&format!(" {name}=={version} (from "))?.1.strip_suffix(')'))
            .next()
            .map(str::to_owned);
        Self {
            name: name.to_owned(),
            version: after.map(str::to_owned),
            previous_version: before.map(str::to_owned),
            action,
            editable: false,
            url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uv_lists() {
        let text = "Resolved 3 packages in 1ms\nWould install 2 packages\n - a==1.0\n + a==2.0\n ~ b==1 (from file:///b.whl)\n - c==3\n";
        let changes = listed(text);
        let told =
            changes.iter().map(|c| (c.name.as_str(), c.previous_version.as_deref(), c.version.as_deref(), c.action));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("a", Some("1.0"), Some("2.0"), Action::Upgraded),
                ("b", Some("1"), Some("1"), Action::Reinstalled),
                ("c", Some("3"), None, Action::Uninstalled),
            ]
        );
        assert_eq!(changes[1].url.as_deref(), Some("file:///b.whl"));
    }
}
