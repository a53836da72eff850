use super::staged::{Staged, Ways};
use super::world::{Picture, World};
use crate::transaction::Wheel;
use crate::transaction::object::Object;

/// The second version has one file less, in a directory of its own, and one more.
fn versions(world: &World) -> [Wheel; 2] {
    let old = world.wheel("alpha", "1.0", &[("alpha/core.py", "1"), ("alpha/gone/old.py", "1"), ("single.py", "1")]);
    let new = world.wheel("alpha", "2.0", &[("alpha/core.py", "2"), ("alpha/new/new.py", "2"), ("single.py", "2")]);
    [old, new]
}

/// Makes the change in the usual way.
fn usual(name: &str) -> Picture {
    let world = World::new(name);
    for wheel in versions(&world) {
        world.put(&[wheel], &[]);
    }
    world.picture()
}

#[test]
fn without_exchange_what_goes_is_out_before_what_comes_is_in() {
    let world = World::new("by-file-no-exchange");
    let [old, new] = versions(&world);
    world.put(&[old], &[]);
    let ways = Ways { no_exchange: true, ..Ways::default() };
    let staged = Staged::new(&world, &[new], &[], &ways).unwrap();
    let told = staged.told();
    let wanted =
        ["in alpha-2.0.dist-info", "out alpha", "in alpha", "out single.py", "in single.py", "out alpha-1.0.dist-info"];
    assert_eq!(told, wanted);
    staged.commit();
    assert_eq!(world.picture(), usual("by-file-usual-1"));
}

#[test]
fn a_refused_directory_goes_file_by_file() {
    let world = World::new("by-file-refused");
    let [old, new] = versions(&world);
    world.put(&[old], &[]);
    let directory = Object::at(&world.site().join("alpha")).unwrap();
    let ways = Ways { refused: vec!["alpha"], ..Ways::default() };
    let staged = Staged::new(&world, &[new], &[], &ways).unwrap();
    let told = staged.told();
    let wanted = [
        "in alpha-2.0.dist-info",
        "exchange alpha/core.py",
        "out alpha/gone/old.py",
        "in alpha/new",
        "exchange single.py",
        "out alpha-1.0.dist-info",
    ];
    assert_eq!(told, wanted);
    let prune = staged.prune();
    assert!(prune.contains(&"alpha/gone".to_owned()), "{prune:?}");
    let is_root = |path: &String| ["", "bin", "lib/python3.12/site-packages"].contains(&path.as_str());
    assert!(!prune.iter().any(is_root), "{prune:?}");
    assert!(staged.arrangement.wholes.is_empty());
    staged.commit();
    assert_eq!(Object::at(&world.site().join("alpha")).unwrap(), directory);
    assert_eq!(world.picture(), usual("by-file-usual-2"));
}

#[test]
fn a_refused_dist_info_goes_file_by_file() {
    for (name, version) in [("by-file-info", "2.0"), ("by-file-same-info", "1.0")] {
        let world = World::new(name);
        world.put(&[world.package("alpha", "1.0")], &[]);
        let ways = Ways { refused: vec!["alpha-1.0.dist-info"], ..Ways::default() };
        let comes = [world.wheel("alpha", version, &[("alpha/core.py", "new")])];
        let staged = Staged::new(&world, &comes, &[], &ways).unwrap();
        let told = staged.told();
        assert!(!told.iter().any(|step| step.ends_with("alpha-1.0.dist-info")), "{told:?}");
        assert!(told.iter().any(|step| step.ends_with("alpha-1.0.dist-info/RECORD")), "{told:?}");
        staged.commit();
        let dists = world.dists("alpha");
        assert_eq!(dists.len(), 1, "{:?}", world.picture().keys());
        assert_eq!(world.short(dists[0].install_path()), format!("alpha-{version}.dist-info"));
        assert_eq!(world.read("alpha/core.py"), "new");
    }
}

#[test]
fn a_refused_directory_is_gone_when_all_of_it_went() {
    let world = World::new("by-file-out");
    let empty = world.picture();
    world.put(&[world.package("alpha", "1.0")], &[]);
    let ways = Ways { refused: vec!["alpha", "alpha-1.0.dist-info"], ..Ways::default() };
    Staged::new(&world, &[], &["alpha"], &ways).unwrap().commit();
    assert_eq!(world.picture(), empty);
}

#[test]
fn users_files_in_a_refused_directory_are_not_touched() {
    let world = World::new("by-file-users");
    let [old, new] = versions(&world);
    world.put(&[old], &[]);
    world.write("alpha/gone/mine.txt", "mine");
    let ways = Ways { refused: vec!["alpha"], ..Ways::default() };
    Staged::new(&world, &[new], &[], &ways).unwrap().commit();
    assert_eq!(world.read("alpha/gone/mine.txt"), "mine");
    assert!(!world.has("alpha/gone/old.py"));
}
