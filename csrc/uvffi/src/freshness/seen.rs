use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::moment::Moment;
use super::page::Page;

/// How many pages are known at once; the one that answered longest ago goes first.
const KEPT: usize = 4096;

/// Until when the indexes' pages may be trusted, as seen by all calls; lives as long as what is warm.
///
/// A page gets here once uv has put it on its disk: a call that finds it here before uv looks reads from disk that page
/// or a newer one.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    known: HashMap<Page, (u64, Option<Moment>)>,
    /// By the number of the answer.
    order: BTreeMap<u64, Page>,
    answers: u64,
}

impl Seen {
    /// Until when a page may be trusted; Some(None): never.
    pub(super) fn get(&self, page: Page) -> Option<Option<Moment>> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.known.get(&page).map(|(_, until)| *until)
    }

    pub(super) fn put(&self, page: Page, until: Option<Moment>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pages = &mut *pages;
        pages.answers += 1;
        if let Some((before, _)) = pages.known.insert(page, (pages.answers, until)) {
            pages.order.remove(&before);
        }
        pages.order.insert(pages.answers, page);
        while pages.known.len() > KEPT
            && let Some((_, oldest)) = pages.order.pop_first()
        {
            pages.known.remove(&oldest);
        }
    }

    /// Nothing is known of a page any more.
    pub(super) fn forget(&self, page: Page) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((answer, _)) = pages.known.remove(&page) {
            pages.order.remove(&answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest_middleware::reqwest::Url;

    use super::*;

    #[test]
    fn the_one_that_answered_longest_ago_goes() {
        let page = |n: usize| Page::of(&Url::parse(&format!("https://index.test/{n}/")).unwrap());
        let (seen, until) = (Seen::default(), Some(Moment::now()));
        for n in 0..KEPT {
            seen.put(page(n), until);
        }
        assert_eq!(seen.get(page(0)), Some(until));
        seen.put(page(0), None);
        seen.put(page(KEPT), until);
        assert_eq!(seen.get(page(0)), Some(None));
        assert_eq!(seen.get(page(1)), None);
        assert_eq!(seen.get(page(2)), Some(until));
        assert_eq!(seen.get(page(KEPT)), Some(until));
        for n in 0..3 * KEPT {
            seen.put(page(n % 5), until);
        }
        seen.forget(page(4));
        assert_eq!(seen.get(page(4)), None);
        seen.put(page(4), until);
        let pages = seen.0.lock().unwrap();
        assert_eq!((pages.known.len(), pages.order.len()), (KEPT, KEPT));
    }
}
