use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::LazyLock;

use http::HeaderValue;
use reqwest_middleware::reqwest::Url;
use uv_distribution_types::IndexUrl;
use uv_normalize::PackageName;

/// A page of an index, as a number: neither its URL nor a secret in that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Page([u64; 2]);

/// Two of them: one page in 2^128 is taken for another.
static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);

impl Page {
    /// The page at `url`, whoever asks for it.
    pub(super) fn of(url: &Url) -> Self {
        let mut url = url.clone();
        // These fail where a URL can have neither.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        Self(KEYS.each_ref().map(|key| key.hash_one(url.as_str())))
    }

    /// The page on which an index lists a project's files.
    pub(super) fn of_project(index: &IndexUrl, name: &PackageName) -> Option<Self> {
        let mut url = Url::clone(index.url());
        url.path_segments_mut().ok()?.pop_if_empty().push(name.as_ref()).push("");
        Some(Self::of(&url))
    }

    /// The same page as uv's cache at `root` has it, for those who have these terms for its index.
    pub(super) fn cached(self, root: &Path, terms: Option<&HeaderValue>) -> Self {
        let terms = terms.map(HeaderValue::as_bytes);
        Self(KEYS.each_ref().map(|key| key.hash_one((self, root, terms))))
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn page(url: &str) -> Page {
        Page::of(&Url::parse(url).unwrap())
    }

    #[test]
    fn pages_are_told_apart_and_users_are_not() {
        let plain = page("https://index.test/simple/rich/");
        for same in ["https://user:secret@index.test/simple/rich/", "https://index.test:443/simple/rich/#top"] {
            assert_eq!(page(same), plain, "{same}");
        }
        for other in [
            "http://index.test/simple/rich/",
            "https://index.test/simple/rich",
            "https://index.test/simple/rich/?a=1",
            "https://index.test:8443/simple/rich/",
        ] {
            assert_ne!(page(other), plain, "{other}");
        }
        let cached = |root: &str, terms| plain.cached(Path::new(root), terms);
        let (one, other) = (HeaderValue::from_static("no-store"), HeaderValue::from_static("no-cache"));
        assert_eq!(cached("/a", Some(&one)), cached("/a", Some(&one)));
        let all = [cached("/a", Some(&one)), cached("/a", Some(&other)), cached("/a", None), cached("/b", None), plain];
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
    }

    #[test]
    fn the_page_of_a_project() {
        let name = PackageName::from_str("Mixed_Case.Name").unwrap();
        for index in ["https://user:secret@index.test/simple", "https://index.test/simple/"] {
            let index = IndexUrl::from_str(index).unwrap();
            assert_eq!(Page::of_project(&index, &name), Some(page("https://index.test/simple/mixed-case-name/")));
        }
    }
}
