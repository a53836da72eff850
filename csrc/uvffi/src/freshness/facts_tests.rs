//! With uv's own registry client, cache and an index on the loopback: which pages uv reads, and when, is uv's to say.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use uv_cache::{Cache, Refresh};
use uv_client::{Connectivity, RegistryClientBuilder};
use uv_configuration::IndexStrategy;
use uv_distribution_types::{ExcludeNewerValue, Index, IndexCapabilities, IndexLocations};
use uv_normalize::PackageName;
use uv_resolver::ExcludeNewer;

use super::*;
use crate::freshness::asking::{Asking, Scope};
use crate::freshness::loopback::Loopback;

const ALLOWED: Duration = Duration::from_secs(60);

/// One process, as its settings are for a while: an index, uv's cache, and what was seen.
#[derive(Clone)]
struct Process {
    index: Arc<Loopback>,
    root: Arc<Root>,
    seen: Arc<Seen>,
    allowance: Duration,
    strategy: IndexStrategy,
    refresh: Option<bool>,
    temporary: bool,
    connectivity: Connectivity,
    exclude_newer: ExcludeNewer,
    find_links: Vec<Index>,
}

impl Process {
    fn start() -> Self {
        Self {
            index: Arc::new(Loopback::serve()),
            root: Arc::default(),
            seen: Arc::default(),
            allowance: ALLOWED,
            strategy: IndexStrategy::FirstIndex,
            refresh: None,
            temporary: false,
            connectivity: Connectivity::Online,
            exclude_newer: ExcludeNewer::default(),
            find_links: Vec::new(),
        }
    }

    /// One call that asks for one name at indexes that answer so, in this order: how many pages the index saw asked
    /// for, and the seconds that the answer may be given again, counted from the call's start.
    fn call(&self, indexes: &[&str]) -> (usize, Option<u64>) {
        let indexes = indexes.iter().map(|what| Index::from_extra_index_url(url(&self.index.url(what)))).collect();
        self.call_with(indexes)
    }

    fn call_with(&self, mut indexes: Vec<Index>) -> (usize, Option<u64>) {
        // Without a default of its own, it would be the public one.
        indexes.last_mut().unwrap().default = true;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let facts = Arc::new(IndexFacts::with(self.seen.clone(), Moment::now(), self.allowance));
        runtime.block_on(self.ask(&facts, IndexLocations::new(indexes, self.find_links.clone(), false)));
        let left = facts.until(&Resolution::default()).map(|until| seconds_between(facts.begun, until));
        (self.index.asked(), left)
    }

    async fn ask(&self, facts: &Arc<IndexFacts>, locations: IndexLocations) {
        let cache = if self.temporary { Cache::temp().unwrap() } else { Cache::from_path(&self.root.0) };
        let cache = cache.init().await.unwrap().with_refresh(Refresh::from_args(self.refresh, Vec::new()));
        let builder = BaseClientBuilder::default().connectivity(self.connectivity).retries(0);
        let client = RegistryClientBuilder::new(facts.watch(builder), cache.clone())
            .index_locations(locations.clone())
            .index_strategy(self.strategy)
            .build()
            .unwrap();
        let name = name();
        let question = Asking::new(facts, self.scope(&locations, &cache)).about(&name, None);
        let (capabilities, permits) = (IndexCapabilities::default(), tokio::sync::Semaphore::new(8));
        // Where no index has it, that is an answer too.
        let _ = client.simple_detail(&name, None, &capabilities, &permits).await;
        question.answered();
    }

    fn scope<'a>(&'a self, locations: &'a IndexLocations, cache: &'a Cache) -> Scope<'a> {
        let Self { strategy, connectivity, exclude_newer, .. } = self;
        Scope { locations, strategy: *strategy, cache, connectivity: *connectivity, exclude_newer }
    }
}

fn name() -> PackageName {
    PackageName::from_str("rich").unwrap()
}

/// A directory for uv's cache, for as long as it is used.
struct Root(PathBuf);

impl Default for Root {
    fn default() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("uvffi-freshness-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn url(text: &str) -> uv_distribution_types::IndexUrl {
    uv_distribution_types::IndexUrl::from_str(text).unwrap()
}

/// Whole seconds, rounded up, if the start stands within the first of them.
fn seconds_between(start: Moment, end: Moment) -> u64 {
    let mut seconds = 0;
    while !end.has_come_at(start.after(Duration::from_secs(seconds))) {
        seconds += 1;
    }
    seconds
}

/// To the second: a call lasts milliseconds, but the clock's second may turn in one.
fn about(found: Option<u64>, expected: u64) {
    let found = found.expect("the answer may be given again");
    assert!(found.abs_diff(expected) <= 1, "{found} s instead of {expected}");
}

#[test]
fn heard_and_then_from_disk() {
    let process = Process::start();
    let (asked, left) = process.call(&["max-age=500"]);
    assert_eq!(asked, 1);
    about(left, 500);
    // uv takes the page from disk; how long it holds was heard.
    let (asked, left) = process.call(&["max-age=500"]);
    assert_eq!(asked, 0);
    about(left, 500);
    // As in another process, where nothing was.
    let other = |allowance| Process { allowance, seen: Arc::default(), ..process.clone() };
    assert_eq!(other(ALLOWED).call(&["max-age=500"]), (0, Some(60)));
    assert_eq!(other(Duration::from_secs(5)).call(&["max-age=500"]), (0, Some(5)));
    assert_eq!(other(Duration::ZERO).call(&["max-age=500"]), (0, None));
    // Where it was heard, the allowance counts for nothing; but uv's cache must be the one that has it.
    about(Process { allowance: Duration::ZERO, ..process.clone() }.call(&["max-age=500"]).1, 500);
    let elsewhere = Process { seen: Arc::default(), root: Arc::default(), ..process.clone() };
    about(elsewhere.call(&["max-age=500"]).1, 500);
    let back = Process { seen: elsewhere.seen.clone(), ..other(ALLOWED) };
    assert_eq!(back.call(&["max-age=500"]), (0, Some(60)));
    // What was heard is over, and somebody else asked again since: uv has that on disk.
    let (back, index) = (other(ALLOWED), url(&process.index.url("max-age=500")));
    let page = Page::of_project(&index, &name()).unwrap().cached(&process.root.0, None);
    back.seen.put(page, Some(Moment::now()));
    assert_eq!(back.call(&["max-age=500"]), (0, Some(60)));
    back.seen.put(page, None);
    assert_eq!(back.call(&["max-age=500"]), (0, None));
}

#[test]
fn what_uv_asks_for_each_time() {
    let process = Process::start();
    for what in ["no-store", "no-cache", "max-age=0", "max-age=500+no-cache", "public", "404+max-age=500"] {
        for _ in 0..2 {
            assert_eq!(process.call(&[what]), (1, None), "{what}");
        }
    }
}

#[test]
fn a_304_speaks_for_the_page() {
    let process = Process::start();
    assert_eq!(process.call(&["no-cache+then=300"]), (1, None));
    let (asked, left) = process.call(&["no-cache+then=300"]);
    assert_eq!(asked, 1);
    about(left, 300);
    assert_eq!(process.call(&["no-cache+then=300"]).0, 0);
}

#[test]
fn the_earliest_of_all_that_were_read() {
    let process = Process { strategy: IndexStrategy::UnsafeBestMatch, ..Process::start() };
    let (asked, left) = process.call(&["max-age=500", "max-age=30", "max-age=400"]);
    assert_eq!(asked, 3);
    about(left, 30);
    assert_eq!(process.call(&["max-age=500", "404+max-age=500"]), (1, None));
    // With uv's default strategy the second is not read, and neither is its answer's word.
    let first = Process::start();
    let (asked, left) = first.call(&["max-age=500", "no-store"]);
    assert_eq!(asked, 1);
    about(left, 500);
    assert_eq!(first.call(&["404+max-age=500", "max-age=300"]), (2, None));
}

#[test]
fn the_last_answer_of_a_redirect_counts() {
    let process = Process::start();
    let (asked, left) = process.call(&["moved+max-age=9_moved_max-age=40"]);
    assert_eq!(asked, 3);
    about(left, 40);
    let (asked, left) = process.call(&["moved+max-age=9_moved_max-age=40"]);
    assert_eq!(asked, 0);
    about(left, 40);
    assert_eq!(process.call(&["moved+max-age=9_no-store"]), (2, None));
}

#[test]
fn what_is_heard_last_counts() {
    let process = Process::start();
    about(process.call(&["max-age=500+then=7"]).1, 500);
    // uv would ask again each time, whatever the index says; but other calls may rely on it.
    let refreshing = Process { refresh: Some(true), ..process.clone() };
    assert_eq!(refreshing.call(&["max-age=500+then=7"]), (1, None));
    let (asked, left) = process.call(&["max-age=500+then=7"]);
    assert_eq!(asked, 0);
    about(left, 7);
    // The same where another index, that does not have the name, is asked first.
    let (what, refreshing) = (["404", "max-age=400+then=7"], Process { refresh: Some(true), ..process.clone() });
    about(process.call(&what[1..]).1, 400);
    assert_eq!(refreshing.call(&what), (2, None));
    about(process.call(&what[1..]).1, 7);
}

/// uv may have put a page on its disk before it failed, or not.
#[test]
fn what_failed_is_not_known() {
    let process = Process { strategy: IndexStrategy::UnsafeBestMatch, ..Process::start() };
    about(process.call(&["max-age=500"]).1, 500);
    let facts = IndexFacts::with(process.seen.clone(), Moment::now(), ALLOWED);
    let indexes = vec![Index::from_extra_index_url(url(&process.index.url("max-age=500")))];
    let (locations, cache) = (IndexLocations::new(indexes, Vec::new(), false), Cache::from_path(&process.root.0));
    drop(Asking::new(&facts, process.scope(&locations, &cache)).about(&name(), None));
    assert_eq!(facts.until(&Resolution::default()), None);
    assert_eq!(process.call(&["max-age=500"]), (0, Some(60)));
}

#[test]
fn a_users_terms_replace_the_indexs() {
    let process = Process::start();
    let index = |what: &str, terms: &str| {
        let text = format!("url = '{}'\ncache-control = {{ api = '{terms}' }}", process.index.url(what));
        vec![toml::from_str::<Index>(&text).unwrap()]
    };
    about(process.call_with(index("no-store", "max-age=30")).1, 30);
    about(process.call_with(index("no-store", "max-age=30")).1, 30);
    assert_eq!(process.call_with(index("max-age=500", "no-cache")), (1, None));
    // Never heard under these terms: uv takes it from disk as the earlier ones allow, for no longer than these do.
    assert_eq!(process.call_with(index("no-store", "max-age=500")), (0, Some(60)));
    assert_eq!(process.call_with(index("no-store", "max-age=7")), (0, Some(7)));
    assert_eq!(process.call_with(index("no-store", "no-store")), (0, None));
}

#[test]
fn settings_with_which_nothing_is_to_be_trusted() {
    let base = || {
        let process = Process::start();
        about(process.call(&["max-age=500"]).1, 500);
        process
    };
    let day = |value: &str| ExcludeNewer::global(ExcludeNewerValue::from_str(value).unwrap());
    about(Process { exclude_newer: day("2024-01-01"), ..base() }.call(&["max-age=500"]).1, 500);
    type Set = Box<dyn Fn(&mut Process)>;
    let settings: [(&str, Set); 5] = [
        ("refresh", Box::new(|process| process.refresh = Some(true))),
        ("offline", Box::new(|process| process.connectivity = Connectivity::Offline)),
        ("no cache", Box::new(|process| process.temporary = true)),
        ("exclude newer", Box::new(move |process| process.exclude_newer = day("1 week"))),
        ("find links", Box::new(|process| process.find_links = vec![Index::from_find_links(url("/links"))])),
    ];
    for (name, set) in settings {
        let mut process = base();
        set(&mut process);
        assert_eq!(process.call(&["max-age=500"]).1, None, "{name}");
    }
    let process = base();
    let text = format!("url = '{}'\nexclude-newer = '1 week'", process.index.url("max-age=500"));
    assert_eq!(process.call_with(vec![toml::from_str(&text).unwrap()]).1, None, "exclude newer, of one index");
    assert_eq!(process.call_with(vec![Index::from_extra_index_url(url("/simple"))]).1, None, "a directory");
}

#[test]
fn open_questions_and_other_fetches() {
    let (process, locations) = (Process::start(), IndexLocations::default());
    let cache = Cache::from_path(&process.root.0);
    let scope = || process.scope(&locations, &cache);
    let begin = || IndexFacts::with(Arc::default(), Moment::now(), ALLOWED);
    let until = |facts: &IndexFacts| facts.until(&Resolution::default());

    // Nothing asked: nothing that an index says could change the answer.
    let facts = begin();
    let asking = Asking::new(&facts, scope());
    assert!(until(&facts).is_some());
    let question = asking.about(&name(), None);
    assert_eq!(until(&facts), None);
    question.answered();
    let left = |facts: &IndexFacts| until(facts).map(|until| seconds_between(facts.begun, until));
    assert_eq!(left(&facts), Some(60));
    for (then, expected) in [(5, 5), (50, 5), (3, 3)] {
        facts.narrow(Some(facts.begun.after(Duration::from_secs(then))));
        assert_eq!(left(&facts), Some(expected), "the earliest counts");
    }

    // A requirements file was fetched before.
    let facts = begin();
    let page = Page::of(&"https://host.test/requirements.txt".parse().unwrap());
    assert!(facts.is_quiet());
    let now = Moment::now();
    let headers = http::HeaderMap::new();
    facts.hear(page, Answer::of(&"https://host.test/".parse().unwrap(), http::StatusCode::OK, &headers, now, now));
    assert!(!facts.is_quiet());
    Asking::new(&facts, scope());
    assert_eq!(until(&facts), None);
}

#[test]
fn what_has_no_index() {
    let requirement = uv_pep508::Requirement::<uv_pypi_types::VerbatimParsedUrl>::from_str(
        "rich @ https://host.test/rich-14.0-py3-none-any.whl",
    )
    .unwrap();
    let Some(uv_pep508::VersionOrUrl::Url(url)) = requirement.version_or_url else { unreachable!("it has a URL") };
    let dist = Arc::new(Dist::from_url(requirement.name, url).unwrap());
    assert!(!is_of_an_index(&ResolvedDist::Installable { dist, version: None }));
}
