use std::fmt::Write;

use uv_distribution_types::{DerivationChain, DerivationStep};
use uv_errors::Hints;
use uv_normalize::PackageName;
use uv_pep440::{Version, strip_local_version_sentinels};
use version_ranges::Ranges;

/// Import names that are taken for the names of their packages.
const CONFUSED: [(&str, &str); 2] = [("sklearn", "scikit-learn"), ("dotenv", "python-dotenv")];

/// The hints on a distribution that could not be had: what may have been meant or else why it was asked for, then
/// those of the error itself.
pub(super) fn dist_hints(
    name: &PackageName,
    version: Option<&Version>,
    chain: &DerivationChain,
    cause_hints: Hints<'_>,
) -> Hints<'static> {
    let meant = CONFUSED.iter().find_map(|(confused, meant)| (*confused == name.as_ref()).then_some(meant));
    let own = match meant {
        Some(meant) => {
            Some(format!("`{name}` is often confused for `{meant}`. Did you mean to install `{meant}` instead?"))
        }
        None => (!chain.is_empty()).then(|| why_included(name, version, chain)),
    };
    let mut all: Hints<'static> = own.into_iter().collect();
    all.extend(cause_hints);
    all
}

/// From what the user asked for down to `name`, each with the range that the one before it set.
fn why_included(name: &PackageName, version: Option<&Version>, chain: &DerivationChain) -> String {
    let mut text = format!("{} was included because", described(name.as_ref(), None, version));
    let mut range = None;
    for (index, step) in chain.iter().enumerate() {
        let described = described(&asked(step), range.as_ref(), step.version.as_ref());
        let which = if index == 0 { "" } else { "which " };
        // Writing to a string can't fail.
        let _ = write!(text, " {described} {which}depends on");
        range = Some(strip_local_version_sentinels(&step.range));
    }
    let _ = write!(text, " {}", described(name.as_ref(), range.as_ref(), None));
    text
}

/// `flask`, `flask[dotenv]` or `flask:dev`.
fn asked(step: &DerivationStep) -> String {
    match (&step.extra, &step.group) {
        (Some(extra), _) => format!("{}[{extra}]", step.name),
        (None, Some(group)) => format!("{}:{group}", step.name),
        (None, None) => step.name.to_string(),
    }
}

/// For example `` `flask>=1.0.0` (v1.2.3) ``. A range that says nothing is left out.
fn described(asked: &str, range: Option<&Ranges<Version>>, version: Option<&Version>) -> String {
    let range = range.filter(|range| **range != Ranges::empty() && **range != Ranges::full());
    let range = range.map(ToString::to_string).unwrap_or_default();
    let version = version.map(|version| format!(" (v{version})")).unwrap_or_default();
    format!("`{asked}{range}`{version}")
}
