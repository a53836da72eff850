use std::time::Duration;
use std::{fs, thread};

use super::world::{Picture, World};
use crate::transaction::Recovered;

/// The same, of one package.
fn of(world: &World, name: &str) -> Picture {
    let below = |path: &std::path::Path| {
        let short = world.short(&world.prefix().join(path));
        short.starts_with(&format!("{name}/")) || short.starts_with(&format!("{name}-"))
    };
    world.picture().into_iter().filter(|(path, _)| below(path)).collect()
}

/// What `uv pip install alpha==3.0` does in between.
fn another_tool(world: &World) {
    for dist in world.dists("alpha") {
        fs::remove_dir_all(dist.install_path()).unwrap();
    }
    let _ = fs::remove_dir_all(world.site().join("alpha"));
    world.write("alpha/__init__.py", "version = '3.0'");
    world.write("alpha-3.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 3.0\n");
    world.write("alpha-3.0.dist-info/RECORD", "alpha/__init__.py,,\nalpha-3.0.dist-info/RECORD,,\n");
}

/// Another tool replaces alpha after so many of the six steps by which alpha and beta are upgraded.
fn in_between(done: usize) {
    let world = World::new(&format!("foreign-{done}"));
    world.put(&[world.package("alpha", "1.0"), world.package("beta", "1.0")], &[]);
    let staged = world.stage(&[world.package("alpha", "2.0"), world.package("beta", "2.0")], &[]);
    assert_eq!(staged.told().len(), 6);
    staged.die_after(done);
    another_tool(&world);
    let theirs = of(&world, "alpha");
    let (finished, foreign) = (vec!["beta 1.0 -> 2.0".to_owned()], vec!["alpha 1.0 -> 2.0".to_owned()]);
    match world.recover().unwrap() {
        Some(
            Recovered::Partly { finished: whole, foreign: theirs }
            | Recovered::Overtaken { finished: whole, foreign: theirs },
        ) => {
            assert_eq!((whole, theirs), (finished, foreign), "after {done} steps");
        }
        other => panic!("after {done} steps: {other:?}"),
    }
    assert_eq!(of(&world, "alpha"), theirs, "after {done} steps");
    assert_eq!(world.read("beta/core.py"), "version = '2.0'\n", "after {done} steps");
    assert_eq!(world.dists("beta").len(), 1, "after {done} steps");
    assert!(world.is_at_rest());
    assert_eq!(world.recover().unwrap(), None);
}

#[test]
fn what_another_tool_changed_is_left_alone_and_the_rest_finished() {
    [1, 2, 5, 6].into_iter().for_each(in_between);
}

#[test]
fn no_old_files_come_into_what_another_tool_installed() {
    [3, 4].into_iter().for_each(in_between);
}

#[test]
fn where_no_step_was_done_each_one_is_whole_all_the_same() {
    let world = World::new("foreign-none");
    world.put(&[world.package("alpha", "1.0"), world.package("beta", "1.0")], &[]);
    world.stage(&[world.package("alpha", "2.0"), world.package("beta", "2.0")], &[]).die_after(0);
    another_tool(&world);
    let theirs = of(&world, "alpha");
    world.recover().unwrap().unwrap();
    assert_eq!(of(&world, "alpha"), theirs);
    let dists = world.dists("beta");
    let [beta] = &dists[..] else { panic!("{dists:?}") };
    let version = uv_distribution_types::InstalledMetadata::installed_version(beta).version().to_string();
    assert_eq!(world.read("beta/core.py").trim(), format!("version = '{version}'"));
}

#[test]
fn what_another_tool_removed_stays_removed() {
    let world = World::new("foreign-removed");
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.stage(&[world.package("alpha", "2.0")], &[]).die_after(2);
    for dist in world.dists("alpha") {
        fs::remove_dir_all(dist.install_path()).unwrap();
    }
    fs::remove_dir_all(world.site().join("alpha")).unwrap();
    let recovered = world.recover().unwrap().unwrap();
    assert!(matches!(recovered, Recovered::Partly { .. } | Recovered::Overtaken { .. }), "{recovered:?}");
    assert!(!world.has("alpha") && world.dists("alpha").is_empty());
}

/// Another tool puts alpha 3.0 over what has come of alpha 1.0, without a look, when so many steps were done.
fn over(done: usize) {
    let world = World::new(&format!("foreign-over-{done}"));
    let staged = world.stage(&[world.package("alpha", "1.0")], &[]);
    staged.die_after(done);
    world.write("alpha/__init__.py", "version = '3.0'");
    world.write("alpha-3.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 3.0\n");
    world.write("alpha-3.0.dist-info/RECORD", "alpha/__init__.py,,\nalpha-3.0.dist-info/RECORD,,\n");
    world.recover().unwrap().unwrap();
    let dists = world.dists("alpha");
    let [alpha] = &dists[..] else { panic!("after {done} steps: {dists:?}") };
    assert!(alpha.install_path().ends_with("alpha-3.0.dist-info"));
    assert_eq!(world.read("alpha/__init__.py"), "version = '3.0'", "after {done} steps");
    assert!(!world.has("alpha/core.py"), "what nobody names is left of alpha 1.0, after {done} steps");
    assert!(world.is_at_rest());
}

#[test]
fn what_was_put_over_a_half_installed_one_is_left_alone_and_the_half_goes() {
    over(1);
}

#[test]
fn another_tool_began_to_remove_what_was_to_go() {
    let world = World::new("foreign-untold");
    world.put(&[world.wheel("alpha", "1.0", &[("alpha/core.py", "1"), ("alpha/old/deep.py", "1")])], &[]);
    world.write("alpha/mine.txt", "mine");
    // Longer than the clock's step: what the stage finds is older than it is.
    thread::sleep(Duration::from_millis(20));
    let staged = world.stage(&[world.package("alpha", "2.0")], &[]);
    assert_eq!(staged.told().last().unwrap(), "out alpha-1.0.dist-info");
    let steps = staged.die_after(2);
    let exchanged = steps.iter().find(|step| step.live == world.site().join("alpha")).unwrap();
    fs::write(exchanged.beside.join("late.txt"), "mine, too").unwrap();
    for file in fs::read_dir(world.site().join("alpha-1.0.dist-info")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    assert!(matches!(world.recover().unwrap(), Some(Recovered::Finished(_))));
    assert!(!world.has("alpha/old") && !world.has("alpha-1.0.dist-info"));
    assert_eq!(world.read("alpha/core.py"), "version = '2.0'\n");
    assert_eq!((world.read("alpha/mine.txt"), world.read("alpha/late.txt")), ("mine".into(), "mine, too".into()));
}
