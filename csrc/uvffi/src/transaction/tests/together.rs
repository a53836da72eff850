use super::world::{Picture, World};
use crate::transaction::Wheel;

/// A package, and what it says of its scripts.
fn with_scripts(world: &World, name: &str, entry_points: &str) -> Wheel {
    let (package, info) = (format!("{name}/__init__.py"), format!("{name}-1.0.dist-info/entry_points.txt"));
    world.wheel(name, "1.0", &[(&package, "def main(): pass\n"), (&info, entry_points)])
}

/// Where each of these is staged, by the last name of its directory; and what they install.
fn staged(name: &str, wheels: impl Fn(&World) -> Vec<Wheel>) -> (Vec<String>, Picture) {
    let world = World::new(name);
    let staged = world.stage(&wheels(&world), &[]);
    let last = |tree: &std::path::Path| tree.file_name().unwrap().to_str().unwrap().to_owned();
    let trees = staged.prepared.members.iter().map(|member| last(&member.tree)).collect();
    staged.commit();
    (trees, world.picture())
}

/// What comes of one after the other.
fn one_by_one(name: &str, wheels: impl Fn(&World) -> Vec<Wheel>) -> Picture {
    let world = World::new(name);
    wheels(&world).into_iter().for_each(|wheel| world.put(&[wheel], &[]));
    world.picture()
}

#[track_caller]
fn is_staged(name: &str, wheels: impl Fn(&World) -> Vec<Wheel>, expected: &[&str]) {
    let (trees, picture) = staged(name, &wheels);
    assert_eq!(trees, expected);
    assert_eq!(picture, one_by_one(&format!("{name}-alone"), &wheels));
}

#[test]
fn packages_with_names_of_their_own_have_one_directory() {
    let wheels = |world: &World| {
        let script = with_scripts(world, "gamma", "[console_scripts]\ngamma-run = gamma:main\n[other]\n../x = y\n");
        vec![world.package("alpha", "1.0"), world.package("beta", "1.0"), script]
    };
    is_staged("together", wheels, &["new", "new", "new"]);
}

#[test]
fn who_has_a_name_in_common_has_its_own() {
    let wheels = |world: &World| {
        let portion = |name: &str| world.wheel(name, "1.0", &[(&format!("common/{name}.py"), name)]);
        vec![portion("alpha"), portion("beta"), world.package("gamma", "1.0")]
    };
    is_staged("together-common", wheels, &["new", "1", "new"]);
    let wheels = |world: &World| {
        ["alpha", "beta"].map(|name| with_scripts(world, name, "[console_scripts]\nrun = pkg:main\n")).to_vec()
    };
    assert_eq!(staged("together-scripts", wheels).0, ["new", "1"]);
}

#[test]
fn so_has_who_puts_parts_elsewhere() {
    let wheels = |world: &World| {
        let data = world.wheel("alpha", "1.0", &[("alpha.py", ""), ("alpha-1.0.data/data/share/alpha", "text")]);
        vec![data, world.package("beta", "1.0"), world.package("gamma", "1.0")]
    };
    is_staged("together-data", wheels, &["0", "new", "new"]);
}

#[test]
fn so_has_pip() {
    let wheels = |world: &World| {
        vec![with_scripts(world, "pip", "[console_scripts]\npip3 = pip:main\n"), world.package("beta", "1.0")]
    };
    is_staged("together-pip", wheels, &["0", "new"]);
}

#[test]
fn what_could_not_be_told_before_parts_them() {
    let wheels = |world: &World| {
        vec![with_scripts(world, "alpha", "[console_scripts]\n./run = alpha:main\n"), world.package("beta", "1.0")]
    };
    is_staged("together-parted", wheels, &["0", "1"]);
}

#[test]
fn what_goes_for_another_version_does_not_share() {
    let world = World::new("together-replaced");
    world.put(&[world.package("alpha", "1.0")], &[]);
    let staged = world.stage(&[world.package("alpha", "2.0"), world.package("beta", "1.0")], &[]);
    let trees: Vec<_> = staged.prepared.members.iter().map(|member| member.tree.file_name().unwrap()).collect();
    assert_eq!(trees, ["0", "new"]);
    staged.commit();
    assert!(world.has("alpha-2.0.dist-info") && !world.has("alpha-1.0.dist-info") && world.has("beta/core.py"));
}
