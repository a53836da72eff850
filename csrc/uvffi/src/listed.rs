use std::collections::BTreeMap;
use std::str::FromStr;

use uv_pep440::Version;

use crate::change::{Action, Change};

/// The changes that uv lists at the end of its text: ` + name==version`, ` - `, and ` ~ ` for a re-install. What is
/// not built yet stands there as ` + name @ url`.
pub(crate) fn changes(text: &str) -> Vec<Change> {
    let mut sides: BTreeMap<&str, [Option<Listed<'_>>; 2]> = BTreeMap::new();
    for line in text.lines() {
        let Some((sign, rest)) = line.strip_prefix(' ').and_then(|line| line.split_once(' ')) else { continue };
        let Some((name, listed)) = Listed::parse(rest) else { continue };
        match sign {
            "-" => sides.entry(name).or_default()[0] = Some(listed),
            "+" => sides.entry(name).or_default()[1] = Some(listed),
            "~" => *sides.entry(name).or_default() = [Some(listed), Some(listed)],
            _ => {}
        }
    }
    sides.into_iter().map(|(name, [before, after])| Listed::change(name, before, after)).collect()
}

/// One side of a change, as uv lists it.
#[derive(Clone, Copy)]
struct Listed<'a> {
    version: Option<&'a str>,
    url: Option<&'a str>,
}

impl<'a> Listed<'a> {
    fn parse(text: &'a str) -> Option<(&'a str, Self)> {
        if let Some((name, url)) = text.split_once(" @ ") {
            return Some((name, Self { version: None, url: Some(url) }));
        }
        let (name, rest) = text.split_once("==")?;
        let (version, from) = rest.split_once(' ').unwrap_or((rest, ""));
        let url = from.strip_prefix("(from ").and_then(|url| url.strip_suffix(')'));
        (!name.contains(' ')).then_some((name, Self { version: Some(version), url }))
    }

    fn change(name: &str, before: Option<Self>, after: Option<Self>) -> Change {
        let version = |side: Option<Self>| side.and_then(|side| side.version);
        let parsed = |side| version(side).and_then(|version| Version::from_str(version).ok());
        let action = match (before, after) {
            (None, _) => Action::Installed,
            (_, None) => Action::Uninstalled,
            (before, after) => parsed(before)
                .zip(parsed(after))
                .map_or(Action::Reinstalled, |(before, after)| Action::between(&before, &after)),
        };
        Change {
            name: name.to_owned(),
            version: version(after).map(str::to_owned),
            previous_version: version(before).map(str::to_owned),
            action,
            editable: false,
            url: after.or(before).and_then(|side| side.url).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uv_lists() {
        let text = "Resolved 3 packages in 1ms\nWould install 2 packages\n - a==1.0\n + a==2.0\n ~ b==1 (from file:///b.whl)\n - c==3\n + d @ file:///d\n - e==1\n + e @ file:///e\n";
        let changes = changes(text);
        let told =
            changes.iter().map(|c| (c.name.as_str(), c.previous_version.as_deref(), c.version.as_deref(), c.action));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("a", Some("1.0"), Some("2.0"), Action::Upgraded),
                ("b", Some("1"), Some("1"), Action::Reinstalled),
                ("c", Some("3"), None, Action::Uninstalled),
                ("d", None, None, Action::Installed),
                ("e", Some("1"), None, Action::Reinstalled),
            ]
        );
        assert_eq!(changes[1].url.as_deref(), Some("file:///b.whl"));
    }
}
