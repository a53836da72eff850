use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use super::staged::{Staged, Ways};
use super::world::World;

/// Which object it is: a user's file is never a copy.
fn inode(world: &World, path: &str) -> u64 {
    fs::symlink_metadata(world.site().join(path)).unwrap().ino()
}

fn with_alpha(name: &str) -> World {
    let world = World::new(name);
    world.put(&[world.package("alpha", "1.0")], &[]);
    world
}

#[test]
fn users_files_are_carried_along() {
    let world = with_alpha("users-carried");
    let paths = ["alpha/mine.txt", "alpha/sub/mine.txt", "alpha/mine/of/mine.txt", "alpha/__pycache__/mine.txt"];
    paths.iter().for_each(|path| drop(world.write(path, "mine")));
    symlink("nowhere", world.site().join("alpha/link")).unwrap();
    let inodes = paths.map(|path| inode(&world, path));
    for version in ["2.0", "1.0", "3.0"] {
        let staged = world.stage(&[world.package("alpha", version)], &[]);
        assert!(staged.told().contains(&"exchange alpha".to_owned()));
        staged.commit();
        assert_eq!(world.read("alpha/core.py"), format!("version = '{version}'\n"));
        assert_eq!(paths.map(|path| inode(&world, path)), inodes);
        assert_eq!(fs::read_link(world.site().join("alpha/link")).unwrap(), Path::new("nowhere"));
    }
}

#[test]
fn a_file_keeps_its_name_while_only_staged() {
    let world = with_alpha("users-staged");
    world.write("alpha/mine.txt", "mine");
    let before = world.picture();
    drop(world.stage(&[world.package("alpha", "2.0")], &[]));
    assert_eq!(world.picture(), before);
}

#[test]
fn uninstalling_leaves_them() {
    let world = with_alpha("users-left");
    world.write("alpha/sub/mine.txt", "mine");
    world.write("alpha/__pycache__/core.cpython-312.pyc", "bytecode");
    let staged = world.stage(&[], &["alpha"]);
    assert!(!staged.told().contains(&"out alpha".to_owned()));
    staged.commit();
    let found = world.picture();
    let left: Vec<_> = found.keys().map(|path| world.short(&world.prefix().join(path))).collect();
    let left: Vec<_> = left.iter().map(String::as_str).filter(|path| path.starts_with("alpha")).collect();
    assert_eq!(left, ["alpha", "alpha/sub", "alpha/sub/mine.txt"]);
}

#[test]
fn a_directory_that_only_the_old_version_had_stays_for_them() {
    let world = with_alpha("users-old");
    world.write("alpha/sub/mine.txt", "mine");
    world.put(&[world.wheel("alpha", "2.0", &[("alpha/core.py", "2")])], &[]);
    assert_eq!(world.read("alpha/sub/mine.txt"), "mine");
    assert!(!world.has("alpha/sub/deep.py"));
}

#[test]
fn what_the_new_version_brings_wins_as_with_uv() {
    let world = with_alpha("users-wins");
    world.write("alpha/new.py", "mine");
    world.put(&[world.wheel("alpha", "2.0", &[("alpha/core.py", ""), ("alpha/new.py", "alpha's")])], &[]);
    assert_eq!(world.read("alpha/new.py"), "alpha's");
}

#[test]
fn what_is_written_after_the_look_gets_its_path_back() {
    let world = with_alpha("users-late");
    let staged = world.stage(&[world.package("alpha", "2.0")], &[]);
    let late = ["alpha/late.txt", "alpha/sub/late.txt", "alpha/late/one.txt"];
    late.iter().for_each(|path| drop(world.write(path, "mine")));
    let inodes = late.map(|path| inode(&world, path));
    let given = staged.commit();
    assert_eq!(given.len(), 3);
    assert_eq!(late.map(|path| inode(&world, path)), inodes);
    assert_eq!(world.read("alpha/core.py"), "version = '2.0'\n");
}

#[test]
fn the_same_where_the_package_goes() {
    let world = with_alpha("users-late-out");
    let staged = world.stage(&[], &["alpha"]);
    world.write("alpha/sub/late.txt", "mine");
    assert_eq!(staged.commit().len(), 1);
    assert_eq!(world.read("alpha/sub/late.txt"), "mine");
    assert!(!world.has("alpha/core.py") && !world.has("alpha/sub/deep.py"));
}

#[test]
fn the_same_where_nothing_can_be_exchanged() {
    let world = with_alpha("users-late-no-exchange");
    world.write("alpha/early.txt", "mine");
    let ways = Ways { no_exchange: true, ..Ways::default() };
    let staged = Staged::new(&world, &[world.package("alpha", "2.0")], &[], &ways).unwrap();
    world.write("alpha/late.txt", "mine too");
    staged.commit();
    assert_eq!(world.read("alpha/early.txt"), "mine");
    assert_eq!(world.read("alpha/late.txt"), "mine too");
}

#[test]
fn they_survive_any_number_of_swaps() {
    let world = World::new("users-swaps");
    let wheels = ["1.0", "2.0"].map(|version| world.package("alpha", version));
    world.change(&wheels[..1], &[]);
    world.write("alpha/mine.txt", "mine");
    let first = inode(&world, "alpha/mine.txt");
    for at in 1..9 {
        if at == 5 {
            world.write("alpha/sub/second.txt", "mine");
        }
        world.change(&wheels[at % 2..=at % 2], &[]);
        assert_eq!(inode(&world, "alpha/mine.txt"), first, "after swap {at}");
        assert_eq!(world.has("alpha/sub/second.txt"), at >= 5, "after swap {at}");
        assert_eq!(world.read("alpha/sub/deep.py"), format!("version = '{}.0'\n", at % 2 + 1));
    }
}
