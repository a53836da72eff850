use super::staged::{Staged, Ways};
use super::world::World;

const CACHES: [&str; 3] = ["alpha.cpython-312.pyc", "alpha.cpython-312.opt-1.pyc", "beta.cpython-312.pyc"];

/// Modules `alpha` and `beta` of two distributions in one directory of site-packages, compiled.
fn modules(name: &str, directory: &str) -> World {
    let world = World::new(name);
    let modules = ["alpha", "beta"].map(|name| world.wheel(name, "1.0", &[(&format!("{directory}{name}.py"), "1")]));
    world.put(&modules, &[]);
    CACHES.iter().for_each(|name| drop(world.write(&format!("{directory}__pycache__/{name}"), "bytecode")));
    world
}

fn left(world: &World, directory: &str) -> Vec<&'static str> {
    CACHES.into_iter().filter(|name| world.has(&format!("{directory}__pycache__/{name}"))).collect()
}

#[test]
fn bytecode_of_a_module_that_is_replaced_goes() {
    for (name, directory) in [("bytecode-root", ""), ("bytecode-common", "common/")] {
        let world = modules(name, directory);
        world.put(&[world.wheel("alpha", "2.0", &[(&format!("{directory}alpha.py"), "2")])], &[]);
        assert_eq!(left(&world, directory), ["beta.cpython-312.pyc"]);
    }
}

#[test]
fn bytecode_in_site_packages_itself_stays_when_its_module_goes_as_with_uv() {
    let world = modules("bytecode-stays", "");
    world.put(&[], &["alpha"]);
    assert_eq!(left(&world, ""), CACHES);
    world.put(&[world.wheel("alpha", "2.0", &[("alpha.py", "2")])], &[]);
    assert_eq!(left(&world, ""), ["beta.cpython-312.pyc"], "gone once another module comes by that name");
}

#[test]
fn bytecode_elsewhere_goes_with_its_module() {
    let world = modules("bytecode-goes", "common/");
    world.put(&[], &["alpha"]);
    assert_eq!(left(&world, "common/"), ["beta.cpython-312.pyc"]);
    world.put(&[], &["beta"]);
    assert!(!world.has("common"), "the directory of bytecode and the one above it are empty by now");
}

#[test]
fn a_package_takes_its_bytecode_along() {
    let world = World::new("bytecode-package");
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.write("alpha/__pycache__/core.cpython-312.pyc", "bytecode");
    // What a compiler was about to write, under the name that it has until then.
    world.write("alpha/sub/__pycache__/deep.cpython-312.pyc.139872", "half");
    let staged = world.stage(&[world.package("alpha", "2.0")], &[]);
    assert!(staged.arrangement.wholes.iter().all(|whole| whole.strangers.is_empty()));
    staged.commit();
    assert!(!world.has("alpha/__pycache__") && !world.has("alpha/sub/__pycache__"));
}

#[test]
fn bytecode_written_after_the_look_is_no_users_file() {
    let world = World::new("bytecode-late");
    world.put(&[world.package("alpha", "1.0")], &[]);
    let staged = world.stage(&[world.package("alpha", "2.0")], &[]);
    world.write("alpha/__pycache__/core.cpython-312.pyc", "bytecode of 1.0");
    assert!(staged.commit().is_empty());
    assert!(!world.has("alpha/__pycache__"));
}

#[test]
fn what_is_no_bytecode_stays() {
    let world = modules("bytecode-other", "");
    world.write("__pycache__/alpha.txt", "mine");
    world.put(&[world.wheel("alpha", "2.0", &[("alpha.py", "2")])], &[]);
    assert_eq!(world.read("__pycache__/alpha.txt"), "mine");
}

#[test]
fn bytecode_in_a_refused_directory_goes_with_its_modules() {
    let world = World::new("bytecode-refused");
    world.put(&[world.package("alpha", "1.0")], &[]);
    for path in ["alpha/__pycache__/core.cpython-312.pyc", "alpha/sub/__pycache__/deep.cpython-312.pyc"] {
        world.write(path, "bytecode of 1.0");
    }
    let ways = Ways { refused: vec!["alpha"], ..Ways::default() };
    let comes = [world.wheel("alpha", "2.0", &[("alpha/core.py", "2")])];
    Staged::new(&world, &comes, &[], &ways).unwrap().commit();
    assert!(!world.has("alpha/__pycache__/core.cpython-312.pyc"));
    assert!(!world.has("alpha/sub"));
}
