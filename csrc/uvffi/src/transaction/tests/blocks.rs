use std::fs::{self, File};

use super::world::{World, layout, place_of};
use crate::transaction::{Place, blocks};

fn begin(place: &Place, generation: u64) -> Result<(), String> {
    blocks::begin(place, generation, picture(generation))
}

fn begun(place: &Place) -> Result<u64, String> {
    let (generation, then) = blocks::begun(place)?;
    assert_eq!(then, picture(generation));
    Ok(generation)
}

/// What is installed at a generation.
fn picture(generation: u64) -> blocks::Picture {
    [("alpha".to_owned(), vec![generation.to_string()])].into()
}

#[test]
fn a_transaction_of_several_calls_is_begun_and_ended() {
    let world = World::new("blocks");
    let path = world.store.root.join("transaction");
    assert!(begun(&world).is_err() && blocks::end(&world).is_err());
    begin(&world, 3).unwrap();
    assert_eq!(begun(&world), Ok(3));
    assert_eq!(fs::read_to_string(&path).unwrap(), "3");
    assert!(begin(&world, 4).unwrap_err().contains("this process"));
    assert_eq!(blocks::abandoned(&world), None, "its process lives");
    assert!(world.is_at_rest());
    blocks::end(&world).unwrap();
    assert!(!path.exists() && begun(&world).is_err());
    begin(&world, 12).unwrap();
    blocks::end(&world).unwrap();
}

#[test]
fn one_of_a_dead_process_is_found() {
    let world = World::new("blocks-dead");
    world.store.make().unwrap();
    assert_eq!(blocks::abandoned(&world), None);
    let path = world.store.root.join("transaction");
    fs::write(&path, "7").unwrap();
    assert_eq!(blocks::abandoned(&world), Some(7));
    assert!(!world.is_at_rest());
    blocks::forget(&world);
    assert!(!path.exists() && blocks::abandoned(&world).is_none() && world.is_at_rest());
}

#[test]
fn one_that_died_before_it_had_begun_is_nothing() {
    let world = World::new("blocks-torn");
    world.store.make().unwrap();
    fs::write(world.store.root.join("transaction"), "").unwrap();
    assert_eq!(blocks::abandoned(&world), None);
    begin(&world, 1).unwrap();
    assert_eq!(begun(&world), Ok(1));
}

#[test]
fn one_of_another_living_process_is_left_alone() {
    let world = World::new("blocks-other");
    world.store.make().unwrap();
    let path = world.store.root.join("transaction");
    fs::write(&path, "7").unwrap();
    let theirs = File::open(&path).unwrap();
    theirs.lock().unwrap();
    assert_eq!(blocks::abandoned(&world), None);
    assert!(begin(&world, 9).unwrap_err().contains("another process"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "7");
    drop(theirs);
    assert_eq!(blocks::abandoned(&world), Some(7));
}

#[test]
fn only_an_environment_can_have_one() {
    let world = World::new("blocks-target");
    let target = world.scratch.join("target");
    let place = place_of(layout(&target), None, Some(&target));
    assert!(begin(&place, 1).is_err());
    assert!(!target.exists());
}
