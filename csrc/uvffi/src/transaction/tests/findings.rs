use std::fs;
use std::path::PathBuf;

use super::world::{World, picture, place};
use crate::transaction::Place;

/// The codes and paths of what is not in order; looking changes nothing.
fn found(place: &Place) -> Vec<(String, PathBuf)> {
    // The first one waits for what is left to do, and to be written down.
    place.findings(true).unwrap();
    let before = picture(&place.store.base);
    let findings = place.findings(true).unwrap();
    assert_eq!(picture(&place.store.base), before);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    for finding in &findings {
        assert!(!text(&finding["message"]).is_empty() && !text(&finding["fix"]).is_empty());
    }
    findings.iter().map(|finding| (text(&finding["code"]), text(&finding["path"]).into())).collect()
}

fn codes(place: &Place) -> Vec<String> {
    found(place).into_iter().map(|(code, _)| code).collect()
}

/// An environment in which a process died in the middle of a change.
fn interrupted(name: &str) -> World {
    let world = World::new(name);
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.stage(&[world.package("alpha", "2.0")], &[]).die_after(2);
    world
}

#[test]
fn nothing_is_found_where_all_is_in_order() {
    let world = World::new("findings-none");
    assert!(found(&world).is_empty());
    for version in ["1.0", "2.0", "1.0"] {
        world.change(&[world.package("alpha", version)], &[]);
    }
    assert!(found(&world).is_empty(), "the Shelf and what tells of it are in order");
}

#[test]
fn a_change_of_a_dead_process() {
    let world = interrupted("findings-dead");
    assert!(found(&world).contains(&("interrupted".to_owned(), world.store.journal())));
    assert!(world.findings(false).unwrap().is_empty(), "where others are at work, it may be theirs");
    world.recover().unwrap().unwrap();
    assert!(found(&world).is_empty());
}

#[test]
fn a_transaction_of_several_calls_of_a_dead_process() {
    let world = World::new("findings-block");
    world.store.make().unwrap();
    fs::write(world.store.root.join("transaction"), "3").unwrap();
    assert_eq!(codes(&world), ["interrupted"]);
}

#[test]
fn journals_that_are_not_to_be_followed() {
    let world = interrupted("findings-journal");
    let copy = world.scratch.join("copy");
    let copied = std::process::Command::new("cp").arg("-a").args([world.prefix(), copy.clone()]).status().unwrap();
    assert!(copied.success());
    let there = place(&copy);
    assert!(codes(&there).contains(&"journal-of-another-place".to_owned()));
    fs::write(world.store.journal(), "no journal, but thirty-two bytes of text").unwrap();
    assert!(found(&world).contains(&("journal-unreadable".to_owned(), world.store.journal())));
    world.recover().unwrap().unwrap();
    assert!(codes(&world).contains(&"journal-unreadable".to_owned()), "the one that is kept aside");
}

#[test]
fn what_nobody_needs_is_found_and_removed() {
    let world = World::new("findings-stale");
    world.change(&[world.package("alpha", "1.0")], &[]);
    world.change(&[world.package("alpha", "2.0")], &[]);
    let (stage, tree) = (world.store.stages().join("1-2-3"), world.store.shelf().join("4-5-6"));
    fs::create_dir_all(stage.join("0/lib")).unwrap();
    fs::create_dir_all(tree.join("lib")).unwrap();
    // A tree that was just put there may be written down in a moment.
    assert_eq!(found(&world), [("stale-stage".to_owned(), stage.clone())]);
    std::thread::sleep(std::time::Duration::from_secs(5));
    let mut wanted = [("stale-stage".to_owned(), stage.clone()), ("orphaned-tree".to_owned(), tree.clone())];
    let mut told = found(&world);
    wanted.sort();
    told.sort();
    assert_eq!(told, wanted);
    assert_eq!(world.clean(), 2);
    assert!(!stage.exists() && !tree.exists());
    assert!(found(&world).is_empty());
    assert_eq!(fs::read_dir(world.store.shelf()).unwrap().count(), 1, "the tree that is known stays");
}
