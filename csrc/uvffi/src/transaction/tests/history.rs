use std::fs;
use std::io::Write;

use serde_json::json;

use super::world::{World, layout};
use crate::transaction::history::{History, Move, Pending, Side, is_on, read};
use crate::transaction::store::Store;

fn store(world: &World) -> &Store {
    world.store.make().unwrap();
    &world.store
}

fn moves(version: &str) -> Vec<Move> {
    let dist_info = format!("alpha-{version}.dist-info").into();
    let to = Some(Side { version: version.to_owned(), dist_info, object: None, wheel: None });
    vec![Move { name: "alpha".to_owned(), from: None, to }]
}

fn add(history: &mut History, store: &Store, request: &str) -> u64 {
    let pending = Pending { request: request.to_owned(), changes: json!([]), moves: moves("1.0") };
    history.add(store, pending).unwrap()
}

fn requests(store: &Store) -> Vec<(u64, String)> {
    read(store).unwrap().into_iter().map(|entry| (entry.generation, entry.request)).collect()
}

#[test]
fn changes_are_numbered_and_told_oldest_first() {
    let world = World::new("history-add");
    let store = store(&world);
    let mut history = History::default();
    assert_eq!(history.generation(store), 0);
    assert!(read(store).unwrap().is_empty());
    assert_eq!(add(&mut history, store, "pip install alpha"), 1);
    assert_eq!(add(&mut history, store, "pip uninstall alpha"), 2);
    assert_eq!(history.generation(store), 2);
    assert_eq!(requests(store), [(1, "pip install alpha".to_owned()), (2, "pip uninstall alpha".to_owned())]);
    let entries = read(store).unwrap();
    assert_eq!(entries[0].moves[0].to.as_ref().unwrap().version, "1.0");
    assert!(entries[0].at > 0.0 && entries[0].at <= entries[1].at);
}

#[test]
fn numbers_go_on_across_processes() {
    let world = World::new("history-processes");
    let store = store(&world);
    let [mut one, mut other] = [History::default(), History::default()];
    assert_eq!(add(&mut one, store, "first"), 1);
    assert_eq!(add(&mut other, store, "second"), 2);
    assert_eq!(one.generation(store), 2);
    assert_eq!(add(&mut one, store, "third"), 3);
    assert_eq!(other.generation(store), 3);
    assert_eq!(requests(store).len(), 3);
}

#[test]
fn a_last_line_that_was_cut_off_is_passed_over() {
    let world = World::new("history-cut");
    let store = store(&world);
    let mut history = History::default();
    add(&mut history, store, "first");
    let whole = fs::read(store.history()).unwrap();
    for left in [1, whole.len() / 2, whole.len() - 1] {
        fs::write(store.history(), &whole).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(store.history()).unwrap();
        file.write_all(&whole[..left]).unwrap();
        let mut history = History::default();
        let next = add(&mut history, store, "next");
        assert_eq!(next, 2, "after {left} bytes");
        let told = requests(store);
        assert_eq!(told.first(), Some(&(1, "first".to_owned())));
        assert_eq!(told.last(), Some(&(2, "next".to_owned())), "the cut line swallowed it, after {left} bytes");
    }
}

#[test]
fn the_older_half_goes_when_it_is_large() {
    let world = World::new("history-half");
    let store = store(&world);
    let mut history = History::default();
    let long = "x".repeat(900 << 10);
    for generation in 1..=12 {
        assert_eq!(add(&mut history, store, &long), generation);
        assert!(fs::metadata(store.history()).unwrap().len() <= 5 << 20);
    }
    let numbers: Vec<u64> = requests(store).into_iter().map(|(generation, _)| generation).collect();
    assert!(numbers.len() < 12 && numbers.is_sorted());
    assert_eq!(numbers.last(), Some(&12));
    assert_eq!(History::default().generation(store), 12);
}

#[test]
fn a_history_that_somebody_removed_begins_anew() {
    let world = World::new("history-removed");
    let store = store(&world);
    let mut history = History::default();
    add(&mut history, store, "first");
    fs::remove_file(store.history()).unwrap();
    assert_eq!(history.generation(store), 0);
    add(&mut history, store, "second");
    assert_eq!(requests(store).len(), 1, "not written into the file that is gone");
}

#[test]
fn only_an_environment_has_one() {
    let world = World::new("history-target");
    assert!(is_on(&world.store));
    let prefix = world.prefix();
    assert!(!is_on(&Store::of(&layout(&prefix), None, Some(&prefix))));
    assert!(!is_on(&Store::of(&layout(&prefix), None, None)));
}
