use std::fs;

use super::world::World;
use crate::transaction::Wheel;
use crate::transaction::object::Object;

/// One that has `common/NAME/mod.py`, and no `common/__init__.py`.
fn portion(world: &World, name: &str, version: &str) -> Wheel {
    world.wheel(name, version, &[(&format!("common/{name}/mod.py"), version)])
}

#[test]
fn a_directory_shared_with_one_that_stays_is_gone_through() {
    let world = World::new("shared-stays");
    world.put(&[portion(&world, "alpha", "1.0")], &[]);
    world.put(&[portion(&world, "beta", "1.0")], &[]);
    let common = Object::at(&world.site().join("common")).unwrap();
    let staged = world.stage(&[portion(&world, "alpha", "2.0")], &[]);
    assert_eq!(staged.told(), ["in alpha-2.0.dist-info", "exchange common/alpha", "out alpha-1.0.dist-info"]);
    staged.commit();
    assert_eq!(Object::at(&world.site().join("common")).unwrap(), common);
    assert_eq!((world.read("common/alpha/mod.py"), world.read("common/beta/mod.py")), ("2.0".into(), "1.0".into()));
}

#[test]
fn the_last_one_takes_a_shared_directory_with_it() {
    let world = World::new("shared-last");
    let empty = world.picture();
    world.put(&[portion(&world, "alpha", "1.0"), portion(&world, "beta", "1.0")], &[]);
    world.put(&[], &["alpha"]);
    assert!(!world.has("common/alpha") && world.has("common/beta/mod.py"));
    world.put(&[], &["beta"]);
    assert_eq!(world.picture(), empty);
}

#[test]
fn two_that_go_together_leave_nothing() {
    let world = World::new("shared-both");
    let empty = world.picture();
    world.put(&[portion(&world, "alpha", "1.0"), portion(&world, "beta", "1.0")], &[]);
    world.put(&[], &["alpha", "beta"]);
    assert_eq!(world.picture(), empty);
}

#[test]
fn two_new_ones_share_a_directory() {
    let world = World::new("shared-new");
    let staged = world.stage(&[portion(&world, "alpha", "1.0"), portion(&world, "beta", "1.0")], &[]);
    let told = staged.told();
    assert_eq!(told[..3], ["in common", "in common/alpha", "in common/beta"]);
    staged.commit();
    assert_eq!((world.read("common/alpha/mod.py"), world.read("common/beta/mod.py")), ("1.0".into(), "1.0".into()));
}

#[test]
fn of_two_that_bring_one_file_the_last_wins() {
    let world = World::new("shared-file");
    let wheel =
        |name: &str| world.wheel(name, "1.0", &[("common/__init__.py", name), (&format!("common/{name}.py"), "")]);
    world.put(&[wheel("alpha"), wheel("beta")], &[]);
    assert_eq!(world.read("common/__init__.py"), "beta");
    assert!(world.has("common/alpha.py") && world.has("common/beta.py"));
}

#[test]
fn a_file_that_moves_from_one_to_another_is_there_afterwards() {
    let world = World::new("shared-moves");
    world.put(&[world.wheel("alpha", "1.0", &[("alpha/a.py", ""), ("moved/mod.py", "alpha's")])], &[]);
    let comes =
        [world.wheel("alpha", "2.0", &[("alpha/a.py", "")]), world.wheel("beta", "1.0", &[("moved/mod.py", "beta's")])];
    world.put(&comes, &[]);
    assert_eq!(world.read("moved/mod.py"), "beta's");
}

#[test]
fn scripts_and_data_are_exchanged_one_by_one() {
    let world = World::new("shared-scripts");
    fs::create_dir_all(world.prefix().join("share/man")).unwrap();
    let wheel = |version: &str| {
        let info = format!("alpha-{version}.dist-info/entry_points.txt");
        let data = format!("alpha-{version}.data/data/share/man/alpha.1");
        let script = format!("alpha-{version}.data/scripts/alpha-sh");
        let points = format!("[console_scripts]\nalpha = alpha:main_{}\n", &version[..1]);
        world.wheel("alpha", version, &[("alpha.py", version), (&info, &points), (&data, version), (&script, version)])
    };
    fs::write(world.prefix().join("bin/python"), "").unwrap();
    fs::write(world.prefix().join("share/man/python.1"), "").unwrap();
    let empty = world.picture();
    world.put(&[wheel("1.0")], &[]);
    let staged = world.stage(&[wheel("2.0")], &[]);
    let mut told = staged.told();
    told.sort();
    let wanted = [
        "exchange alpha.py",
        "exchange bin/alpha",
        "exchange bin/alpha-sh",
        "exchange share/man/alpha.1",
        "in alpha-2.0.dist-info",
        "out alpha-1.0.dist-info",
    ];
    assert_eq!(told, wanted);
    staged.commit();
    let bin = world.prefix().join("bin/alpha");
    assert!(fs::read_to_string(bin).unwrap().contains("main_2"));
    assert_eq!(fs::read_to_string(world.prefix().join("share/man/alpha.1")).unwrap(), "2.0");
    world.put(&[], &["alpha"]);
    assert_eq!(world.picture(), empty, "python and other files of those directories stay");
}

/// As `cp -a` under another version's name leaves it.
#[test]
fn a_record_that_names_anothers_dist_info() {
    for (version, told) in [
        ("1.0", ["exchange alpha", "exchange alpha-1.0.dist-info", "out alpha-7.7.dist-info"].as_slice()),
        ("2.0", &["in alpha-2.0.dist-info", "exchange alpha", "out alpha-1.0.dist-info", "out alpha-7.7.dist-info"]),
    ] {
        let world = World::new(&format!("shared-record-{version}"));
        world.put(&[world.package("alpha", "1.0")], &[]);
        fs::create_dir(world.site().join("alpha-7.7.dist-info")).unwrap();
        for file in ["METADATA", "RECORD", "WHEEL"] {
            world.write(&format!("alpha-7.7.dist-info/{file}"), &world.read(&format!("alpha-1.0.dist-info/{file}")));
        }
        let staged = world.stage(&[world.package("alpha", version)], &[]);
        assert_eq!(staged.told(), told);
        staged.commit();
        assert_eq!(world.dists("alpha").len(), 1);
        assert_eq!(world.read("alpha/core.py"), format!("version = '{version}'\n"));
    }
}
