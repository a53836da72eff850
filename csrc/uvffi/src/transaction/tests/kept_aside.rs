use std::fs;
use std::process::Command;

use super::world::{World, picture, place};
use crate::transaction::Recovered;

/// An environment in which a process died in the middle of a change.
fn interrupted(name: &str) -> World {
    let world = World::new(name);
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.stage(&[world.package("alpha", "2.0")], &[]).die_after(1);
    world
}

fn copy(world: &World) {
    let copied = Command::new("cp").arg("-a").args([world.prefix(), world.scratch.join("copy")]).status().unwrap();
    assert!(copied.success());
}

#[test]
fn a_copy_elsewhere_does_not_touch_the_original() {
    let world = interrupted("aside-copy");
    copy(&world);
    let original = picture(&world.prefix());
    let there = place(&world.scratch.join("copy"));
    let recovered = there.recover().unwrap().unwrap();
    let Recovered::ElsewhereKept(kept) = recovered else { panic!("{recovered:?}") };
    assert!(kept.starts_with(world.scratch.join("copy")) && kept.is_file());
    assert!(there.is_at_rest());
    assert_eq!(there.recover().unwrap(), None);
    assert_eq!(picture(&world.prefix()), original);
    assert!(matches!(world.recover().unwrap(), Some(Recovered::Finished(_))));
}

#[test]
fn a_copy_in_the_place_of_the_original_is_not_guessed_at() {
    let world = interrupted("aside-replaced");
    copy(&world);
    fs::rename(world.prefix(), world.scratch.join("original")).unwrap();
    fs::rename(world.scratch.join("copy"), world.prefix()).unwrap();
    let world = world.again();
    let before = world.picture();
    let recovered = world.recover().unwrap().unwrap();
    assert!(matches!(recovered, Recovered::ElsewhereKept(_)), "{recovered:?}");
    assert_eq!(world.picture(), before);
    assert!(world.is_at_rest());
}

#[test]
fn a_journal_that_cannot_be_read_is_kept_each_under_its_own_name() {
    let world = interrupted("aside-unreadable");
    let before = world.picture();
    let mut names = Vec::new();
    for text in ["first: no journal, but thirty-two bytes", "second: no journal, but thirty-two bytes"] {
        fs::write(world.store.journal(), text).unwrap();
        assert!(!world.is_at_rest());
        let recovered = world.recover().unwrap().unwrap();
        let Recovered::Unreadable { kept, why } = recovered else { panic!("{recovered:?}") };
        assert!(!why.is_empty());
        assert_eq!(fs::read_to_string(&kept).unwrap(), text);
        assert!(world.is_at_rest() && world.recover().unwrap().is_none());
        assert_eq!(world.picture(), before);
        names.push(kept);
    }
    assert_ne!(names[0], names[1]);
    assert!(names.iter().all(|kept| kept.is_file()));
}
