use std::fs;
use std::path::PathBuf;
use std::slice::from_ref;
use std::thread::sleep;
use std::time::Duration;

use super::world::{World, change, edit, layout, picture, place_of};
use crate::transaction::object::Object;
use crate::transaction::shelf::{Limit, prune};
use crate::transaction::{Origin, Wheel};

/// An environment in which each version followed the one before.
fn after(name: &str, versions: &[&str]) -> (World, Vec<Wheel>) {
    let world = World::new(name);
    let wheels: Vec<Wheel> = versions.iter().map(|version| world.package("alpha", version)).collect();
    wheels.iter().for_each(|wheel| world.change(from_ref(wheel), &[]));
    (world, wheels)
}

/// The versions on the Shelf.
fn shelved(world: &World) -> Vec<String> {
    let told = world.place.shelf();
    let mut versions: Vec<String> =
        told["trees"].as_array().unwrap().iter().map(|tree| tree["version"].as_str().unwrap().to_owned()).collect();
    versions.sort();
    versions
}

fn directories(world: &World) -> Vec<PathBuf> {
    fs::read_dir(world.store.shelf()).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn prune_to(world: &World, limit: Limit) -> usize {
    let mut trees = world.trees();
    trees.all(&world.store);
    prune(world, &mut trees, limit)
}

fn dist_info(world: &World) -> Option<Object> {
    let dists = world.dists("alpha");
    assert_eq!(dists.len(), 1);
    Object::at(dists[0].install_path()).unwrap()
}

#[test]
fn a_tree_that_went_comes_back_itself() {
    let world = World::new("shelf-back");
    let wheels = ["1.0", "2.0"].map(|version| world.package("alpha", version));
    world.change(&wheels[..1], &[]);
    let (first, old) = (dist_info(&world), world.picture());
    world.change(&wheels[1..], &[]);
    assert_eq!(shelved(&world), ["1.0"]);
    let world = world.again();
    for at in 0..3 {
        world.change(&wheels[..1], &[]);
        assert_eq!(dist_info(&world), first, "after {at} swaps of another process");
        assert_eq!(world.picture(), old);
        assert_eq!(shelved(&world), ["2.0"]);
        world.change(&wheels[1..], &[]);
    }
}

#[test]
fn a_swap_back_needs_no_arranging() {
    let (world, wheels) = after("shelf-turn", &["1.0", "2.0"]);
    let (incoming, outgoing) = world.sides(&wheels[..1], &[]);
    assert!(world.ready(&incoming, &outgoing).is_some());
    let (world, wheels) = after("shelf-no-turn", &["1.0", "2.0"]);
    world.write("alpha/mine.txt", "mine");
    let (incoming, outgoing) = world.sides(&wheels[..1], &[]);
    assert!(world.ready(&incoming, &outgoing).is_none(), "a user's file has to be carried along");
}

/// A file that is renamed by itself, not as a part of its directory.
#[test]
fn nor_does_one_of_a_module_that_is_no_package() {
    let world = World::new("shelf-turn-file");
    let module = |version| world.wheel("alpha", version, &[("alpha.py", &format!("version = '{version}'\n"))]);
    let wheels = ["1.0", "2.0"].map(module);
    wheels.iter().for_each(|wheel| world.change(from_ref(wheel), &[]));
    for wheel in wheels.iter().cycle().take(5) {
        let (incoming, outgoing) = world.sides(from_ref(wheel), &[]);
        let ready = world.ready(&incoming, &outgoing).unwrap();
        world.put_back(ready.prepared, ready.outgoing);
        world.change(from_ref(wheel), &[]);
    }
    edit(&world.site().join("alpha.py"));
    let (incoming, outgoing) = world.sides(&wheels[1..], &[]);
    assert!(world.ready(&incoming, &outgoing).is_none(), "a file that was edited has to be looked at");
}

#[test]
fn an_uninstalled_tree_comes_back_too() {
    let (world, wheels) = after("shelf-uninstalled", &["1.0"]);
    let (first, old) = (dist_info(&world), world.picture());
    world.change(&[], &["alpha"]);
    assert_eq!(shelved(&world), ["1.0"]);
    world.change(&wheels, &[]);
    assert_eq!(dist_info(&world), first);
    assert_eq!(world.picture(), old);
}

#[test]
fn the_longest_unused_go_first() {
    let (world, _) = after("shelf-count", &["1.0", "2.0", "3.0", "4.0"]);
    assert_eq!(shelved(&world), ["1.0", "2.0", "3.0"]);
    assert_eq!(prune_to(&world, Limit { bytes: u64::MAX, count: 2 }), 1);
    assert_eq!(shelved(&world), ["2.0", "3.0"]);
    assert_eq!(directories(&world).len(), 2);
    assert_eq!(prune_to(&world, Limit { bytes: u64::MAX, count: 2 }), 0);
}

#[test]
fn there_is_a_limit_of_bytes() {
    let (world, _) = after("shelf-bytes", &["1.0", "2.0", "3.0"]);
    let bytes = world.place.shelf()["bytes"].as_u64().unwrap();
    assert_eq!(prune_to(&world, Limit { bytes, count: 9 }), 0);
    assert_eq!(prune_to(&world, Limit { bytes: bytes - 1, count: 9 }), 1);
    assert_eq!(shelved(&world), ["2.0"]);
    assert_eq!(world.prune_shelf(true), 1);
    assert!(shelved(&world).is_empty() && directories(&world).is_empty());
    assert_eq!(world.read("alpha/core.py"), "version = '3.0'\n");
}

#[test]
fn what_was_let_go_is_made_of_its_wheel_again() {
    let (world, wheels) = after("shelf-gone", &["1.0", "2.0"]);
    world.prune_shelf(true);
    world.change(&wheels[..1], &[]);
    assert_eq!(world.read("alpha/core.py"), "version = '1.0'\n");
}

#[test]
fn a_tree_that_was_tampered_with_does_not_come_back() {
    let (world, wheels) = after("shelf-tampered", &["1.0", "2.0"]);
    let tree = directories(&world).remove(0);
    let core = tree.join("lib/python3.12/site-packages/alpha/core.py");
    assert!(core.is_file());
    fs::write(core, "tampered with").unwrap();
    let world = world.again();
    world.change(&wheels[..1], &[]);
    assert_eq!(world.read("alpha/core.py"), "version = '1.0'\n");
}

#[test]
fn edits_of_a_user_do_not_come_back_as_with_uv() {
    let (world, wheels) = after("shelf-edited", &["1.0"]);
    sleep(Duration::from_millis(40));
    let path = world.site().join("alpha/core.py");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "VERSION = '1.0'\n").unwrap();
    fs::File::open(&path).unwrap().set_modified(modified).unwrap();
    world.change(&[world.package("alpha", "2.0")], &[]);
    world.change(&wheels, &[]);
    assert_eq!(world.read("alpha/core.py"), "version = '1.0'\n");
}

/// Replaces what another tool had installed, and takes that very tree back, or a wheel if it is not whole.
fn back_to_what_another_tool_installed(world: &World) -> (Option<Object>, Option<Object>) {
    let (first, wheel) = (dist_info(world), world.package("alpha", "1.0"));
    world.change(&[world.package("alpha", "2.0")], &[]);
    let (mut incoming, outgoing) = world.sides(from_ref(&wheel), &[]);
    incoming[0].from = Origin::Shelf(first.unwrap(), Some(Box::new(wheel)));
    world.exchange(&incoming, &outgoing).unwrap();
    (first, dist_info(world))
}

#[test]
fn what_another_tool_had_installed_comes_back_if_it_is_whole() {
    let world = World::new("shelf-foreign");
    world.put(&[world.package("alpha", "1.0")], &[]);
    let (first, now) = back_to_what_another_tool_installed(&world);
    assert_eq!(first, now);
}

#[test]
fn what_another_tool_had_installed_does_not_come_back_edited() {
    let world = World::new("shelf-foreign-edited");
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.write("alpha/core.py", "edited");
    let (first, now) = back_to_what_another_tool_installed(&world);
    assert_ne!(first, now);
    assert_eq!(world.read("alpha/core.py"), "version = '1.0'\n");
}

#[test]
fn a_target_keeps_nothing() {
    let world = World::new("shelf-target");
    let target = world.scratch.join("target");
    let mut layout = layout(&target);
    layout.scheme.purelib.clone_from(&target);
    layout.scheme.platlib.clone_from(&target);
    let place = place_of(layout, None, Some(&target));
    for version in ["1.0", "2.0"] {
        let (incoming, _) = world.sides(&[world.package("alpha", version)], &[]);
        let outgoing: Vec<_> = fs::read_dir(&target)
            .into_iter()
            .flatten()
            .filter_map(|entry| uv_distribution_types::InstalledDist::try_from_path(&entry.unwrap().path()).unwrap())
            .collect();
        change(&place, &target, &incoming, &outgoing, true).unwrap();
        let found = picture(&target);
        assert!(!found.keys().any(|path| path.starts_with(".uvffi")), "{found:?}");
        assert_eq!(fs::read_to_string(target.join("alpha/core.py")).unwrap(), format!("version = '{version}'\n"));
    }
}

/// As where `bin/python` leads to another Python by now.
#[test]
fn it_does_not_come_back_for_another_python() {
    let (world, wheels) = after("shelf-python", &["1.0", "2.0"]);
    assert_eq!(shelved(&world), ["1.0"]);
    let prefix = world.prefix();
    let mut scheme = layout(&prefix);
    let site = prefix.join("lib/python3.13/site-packages");
    fs::create_dir_all(&site).unwrap();
    (scheme.scheme.purelib, scheme.scheme.platlib) = (site.clone(), site.clone());
    let place = place_of(scheme, Some(&prefix), None);
    let (incoming, _) = world.sides(&wheels[..1], &[]);
    change(&place, &site, &incoming, &[], false).unwrap();
    assert!(site.join("alpha-1.0.dist-info/RECORD").exists());
    assert!(world.has("alpha-2.0.dist-info") && !world.has("alpha-1.0.dist-info"));
    assert_eq!(shelved(&world), ["1.0"]);
}
