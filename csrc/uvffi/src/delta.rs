use std::collections::BTreeSet;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::{Value, json};
use uv_normalize::PackageName;
use uv_pep440::Version;

use crate::fault::Fault;
use crate::fields::{self, Fields};
use crate::inventory;
use crate::query::absolute;
use crate::recall;
use crate::sys;

/// A hint that distributions may have changed on disk. The engine looks; it believes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delta {
    /// The root meant; `None`: all that are known.
    site_packages: Option<PathBuf>,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Names(BTreeSet<PackageName>),
    /// Everything known is to be forgotten.
    Everything,
}

impl Delta {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let mut fields = Fields::parse(text)?;
        let mut names = named(&mut fields, "installed")?;
        names.append(&mut named(&mut fields, "removed")?);
        let site_packages = absolute(&mut fields)?;
        let forget = fields.flag("forget")?;
        fields.finish()?;
        if forget && !names.is_empty() {
            return Err(fields::bad("`forget` takes no names; found some in `installed` or `removed`".to_owned()));
        }
        Ok(Self { site_packages, what: if forget { What::Everything } else { What::Names(names) } })
    }

    /// Applies it; what comes back says which roots are concerned.
    pub(crate) fn apply(&self) -> Value {
        let path = self.site_packages.as_deref();
        let (marked, roots) = match &self.what {
            // What is known is the parent's, and so may be its locks; all but what is proved goes to the Child.
            _ if sys::forked() => (Vec::new(), Vec::new()),
            What::Names(names) => {
                let names: Vec<PackageName> = names.iter().cloned().collect();
                (names.iter().map(ToString::to_string).collect(), inventory::mark(path, &names))
            }
            What::Everything => {
                if path.is_none() {
                    recall::forget();
                }
                (Vec::new(), inventory::forget(path))
            }
        };
        json!({ "marked": marked, "roots": roots.iter().map(|root| root.to_string_lossy()).collect::<Vec<_>>() })
    }
}

/// The names in a list of names, or of pairs with a version.
fn named(fields: &mut Fields, field: &'static str) -> Result<BTreeSet<PackageName>, Fault> {
    const FORM: &str = "an array of names, or of pairs of name and version";
    let items = match fields.take(field) {
        None => return Ok(BTreeSet::new()),
        Some(Value::Array(items)) => items,
        Some(other) => return Err(fields::wrong(field, &other, FORM)),
    };
    let mut names = BTreeSet::new();
    for (at, item) in items.into_iter().enumerate() {
        let place = format!("{field}[{at}]");
        let (name, version) = match &item {
            Value::String(name) => (name, None),
            Value::Array(pair) => match pair.as_slice() {
                [Value::String(name), Value::Null] => (name, None),
                [Value::String(name), Value::String(version)] => (name, Some(version)),
                _ => return Err(fields::wrong(&place, &item, "a name, or a pair of name and version")),
            },
            _ => return Err(fields::wrong(&place, &item, "a name, or a pair of name and version")),
        };
        if let Some(version) = version {
            Version::from_str(version)
                .map_err(|error| fields::bad(format!("`{place}` is no version, found `{version}`: {error}")))?;
        }
        names.insert(
            PackageName::from_str(name)
                .map_err(|error| fields::bad(format!("`{place}` is no package name, found `{name}`: {error}")))?,
        );
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let fault = Delta::parse(text).unwrap_err();
        assert_eq!(fault.code, "bad-request");
        fault.message
    }

    #[test]
    fn names_are_normalized_and_told_once() {
        let delta = Delta::parse(r#"{"installed": ["Rich", ["PyGments", "2.19"]], "removed": ["rich"]}"#).unwrap();
        let names = ["pygments", "rich"].map(|name| PackageName::from_str(name).unwrap());
        assert_eq!(delta, Delta { site_packages: None, what: What::Names(names.into()) });
        assert_eq!(Delta::parse(r#"{"forget": true}"#).unwrap().what, What::Everything);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        assert!(refused(r#"{"installed": ["a b"]}"#).starts_with("`installed[0]` is no package name, found `a b`"));
        assert!(refused(r#"{"removed": [["a", "x y"]]}"#).starts_with("`removed[0]` is no version, found `x y`"));
        assert!(refused(r#"{"installed": "rich"}"#).starts_with("`installed` must be an array of names"));
        assert!(refused(r#"{"installed": [["a", "1", "2"]]}"#).starts_with("`installed[0]` must be a name"));
        assert!(refused(r#"{"site_packages": "lib"}"#).starts_with("`site_packages` must be an absolute path"));
        assert!(refused(r#"{"forget": true, "removed": ["a"]}"#).starts_with("`forget` takes no names"));
        assert!(refused(r#"{"forgot": true}"#).starts_with("Unknown field `forgot`"));
    }
}
