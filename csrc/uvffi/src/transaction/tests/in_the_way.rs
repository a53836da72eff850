use std::fs;

use super::staged::{Staged, Ways};
use super::world::World;
use crate::transaction::arrange::Trouble;
use crate::transaction::{Failure, Wheel};

/// Has a directory `thing`, or a file of that name.
fn wheel(world: &World, version: &str, is_directory: bool) -> Wheel {
    world.wheel("alpha", version, &[(if is_directory { "thing/part.txt" } else { "thing" }, version)])
}

/// Staging and arranging meets something that it must not replace: told, and nothing changed.
fn is_blocked(world: &World, comes: &Wheel) {
    let before = world.picture();
    let comes = std::slice::from_ref(comes);
    let staged = Staged::new(world, comes, &[], &Ways::default());
    assert!(matches!(staged, Err(Trouble::Blocked(path)) if path == world.site().join("thing")));
    let failure = world.try_change(comes, &[]);
    let Err(Failure::Unchanged(error)) = failure else { panic!("{failure:?}") };
    assert!(error.to_string().contains("in the way"), "{error}");
    assert_eq!(world.picture(), before);
    assert!(world.is_at_rest());
}

#[test]
fn a_directory_becomes_a_file_and_the_other_way_round() {
    let world = World::new("way-both");
    world.put(&[wheel(&world, "1.0", true)], &[]);
    for (version, is_directory) in [("2.0", false), ("3.0", true)] {
        let staged = world.stage(&[wheel(&world, version, is_directory)], &[]);
        assert!(staged.told().contains(&"exchange thing".to_owned()));
        staged.commit();
        assert_eq!(world.read(if is_directory { "thing/part.txt" } else { "thing" }), version);
    }
}

#[test]
fn a_directory_with_users_files_does_not_become_a_file() {
    let world = World::new("way-strangers");
    world.put(&[wheel(&world, "1.0", true)], &[]);
    world.write("thing/mine.txt", "mine");
    is_blocked(&world, &wheel(&world, "2.0", false));
}

#[test]
fn a_users_directory_is_not_replaced_by_a_file() {
    let world = World::new("way-users-directory");
    world.write("thing/mine.txt", "mine");
    is_blocked(&world, &wheel(&world, "1.0", false));
}

#[test]
fn a_users_file_is_not_replaced_by_a_directory() {
    let world = World::new("way-users-file");
    world.write("thing", "mine");
    is_blocked(&world, &wheel(&world, "1.0", true));
}

#[test]
fn a_link_to_a_directory_is_gone_through() {
    let world = World::new("way-link");
    let elsewhere = world.scratch.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, world.site().join("thing")).unwrap();
    world.put(&[wheel(&world, "1.0", true)], &[]);
    assert!(world.site().join("thing").is_symlink());
    assert_eq!(fs::read_to_string(elsewhere.join("part.txt")).unwrap(), "1.0");
    world.put(&[wheel(&world, "2.0", true)], &[]);
    assert_eq!(fs::read_to_string(elsewhere.join("part.txt")).unwrap(), "2.0");
}

#[test]
fn a_users_directory_is_joined() {
    let world = World::new("way-joined");
    world.write("thing/mine.txt", "mine");
    world.put(&[wheel(&world, "1.0", true)], &[]);
    assert_eq!((world.read("thing/mine.txt"), world.read("thing/part.txt")), ("mine".into(), "1.0".into()));
    world.put(&[], &["alpha"]);
    assert_eq!(world.read("thing/mine.txt"), "mine");
    assert!(!world.has("thing/part.txt"));
}
