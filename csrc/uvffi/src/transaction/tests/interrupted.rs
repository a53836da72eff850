use std::fs;

use super::staged::{Staged, Ways};
use super::world::World;
use crate::transaction::step::Step;
use crate::transaction::{Recovered, Wheel};

/// What comes, and the names that go.
type Change = (Vec<Wheel>, Vec<&'static str>);

/// Lets a process die after each number of steps, and looks whether recovery leads to the old or the new environment.
fn at_every_step(name: &str, ways: &Ways, before: impl Fn(&World), then: impl Fn(&World) -> Change) {
    fn stage<'w>(world: &'w World, ways: &Ways, (comes, goes): &Change) -> Staged<'w> {
        Staged::new(world, comes, goes, ways).unwrap()
    }

    let whole = World::new(&format!("{name}-whole"));
    before(&whole);
    let old = whole.picture();
    let staged = stage(&whole, ways, &then(&whole));
    let count = staged.told().len();
    staged.commit();
    let new = whole.picture();
    assert_ne!(old, new);
    for done in 0..=count {
        let world = World::new(&format!("{name}-{done}"));
        before(&world);
        let change = then(&world);
        stage(&world, ways, &change).die_after(done);
        let world = world.again();
        assert!(!world.is_at_rest());
        let recovered = world.recover().unwrap().unwrap();
        let (is_fit, wanted) = match done {
            0 => (matches!(recovered, Recovered::Undone(_)), &old),
            _ => (matches!(recovered, Recovered::Finished(_)), &new),
        };
        assert!(is_fit, "{name} after {done} steps: {recovered:?}");
        assert_eq!(&world.picture(), wanted, "{name} after {done} steps");
        assert!(world.is_at_rest());
        assert_eq!(world.recover().unwrap(), None);
        assert!(world.stale_stages().is_empty());
    }
}

fn two(world: &World, version: &str) -> Vec<Wheel> {
    ["alpha", "beta"].map(|name| world.package(name, version)).to_vec()
}

#[test]
fn another_version_of_two() {
    let before = |world: &World| world.put(&two(world, "1.0"), &[]);
    at_every_step("dead-other", &Ways::default(), before, |world| (two(world, "2.0"), vec![]));
}

#[test]
fn the_same_version_with_other_files() {
    let before = |world: &World| world.put(&[world.package("alpha", "1.0")], &[]);
    let then = |world: &World| (vec![world.wheel("alpha", "1.0", &[("alpha/core.py", "rebuilt")])], vec![]);
    at_every_step("dead-same", &Ways::default(), before, then);
}

#[test]
fn new_ones() {
    at_every_step("dead-new", &Ways::default(), |_| (), |world| (two(world, "1.0"), vec![]));
}

#[test]
fn one_comes_and_one_goes() {
    let before = |world: &World| world.put(&[world.package("alpha", "1.0")], &[]);
    at_every_step("dead-goes", &Ways::default(), before, |world| (vec![world.package("beta", "1.0")], vec!["alpha"]));
}

#[test]
fn both_are_uninstalled() {
    let before = |world: &World| world.put(&two(world, "1.0"), &[]);
    at_every_step("dead-out", &Ways::default(), before, |_| (vec![], vec!["alpha", "beta"]));
}

#[test]
fn a_directory_shared_with_one_that_stays() {
    let wheel = |world: &World, name: &str, version: &str, file: &str| {
        world.wheel(
            name,
            version,
            &[(&format!("common/{name}/{file}.py"), version), (&format!("common/{file}.py"), "")],
        )
    };
    let before =
        |world: &World| world.put(&[wheel(world, "alpha", "1.0", "old"), wheel(world, "beta", "1.0", "b")], &[]);
    let then = |world: &World| (vec![wheel(world, "alpha", "2.0", "new")], vec![]);
    at_every_step("dead-shared", &Ways::default(), before, then);
}

#[test]
fn users_files_and_bytecode() {
    let before = |world: &World| {
        world.put(&two(world, "1.0"), &[]);
        world.write("alpha/mine.txt", "mine");
        world.write("beta/sub/mine/notes.txt", "mine");
        world.write("beta/__pycache__/core.cpython-312.pyc", "bytecode");
    };
    at_every_step("dead-users", &Ways::default(), before, |world| (vec![world.package("alpha", "2.0")], vec!["beta"]));
}

#[test]
fn where_nothing_can_be_exchanged() {
    let ways = Ways { no_exchange: true, ..Ways::default() };
    let before = |world: &World| world.put(&two(world, "1.0"), &[]);
    let then =
        |world: &World| (vec![world.package("alpha", "2.0"), world.wheel("beta", "1.0", &[("beta.py", "")])], vec![]);
    at_every_step("dead-no-exchange", &ways, before, then);
}

#[test]
fn where_a_directory_is_refused() {
    let ways = Ways { refused: vec!["alpha", "alpha-1.0.dist-info"], ..Ways::default() };
    let before = |world: &World| world.put(&two(world, "1.0"), &[]);
    let then =
        |world: &World| (vec![world.wheel("alpha", "2.0", &[("alpha/core.py", "2"), ("alpha/new.py", "")])], vec![]);
    at_every_step("dead-refused", &ways, before, then);
}

#[test]
fn scripts_and_data() {
    let wheel = |world: &World, version: &str, target: &str| {
        let info = format!("alpha-{version}.dist-info/entry_points.txt");
        let data = format!("alpha-{version}.data/data/share/alpha/{version}.txt");
        world.wheel("alpha", version, &[(&info, &format!("[console_scripts]\ntool = alpha:{target}\n")), (&data, "")])
    };
    let before = |world: &World| world.put(&[wheel(world, "1.0", "old")], &[]);
    at_every_step("dead-scripts", &Ways::default(), before, |world| (vec![wheel(world, "2.0", "new")], vec![]));
}

/// All steps of an upgrade or an uninstall of alpha are done, and a user writes into the tree that went out.
fn written_late(name: &str, goes: &[&str]) -> (World, Step) {
    let world = World::new(name);
    world.put(&[world.package("alpha", "1.0")], &[]);
    let comes = if goes.is_empty() { vec![world.package("alpha", "2.0")] } else { vec![] };
    let staged = world.stage(&comes, goes);
    let count = staged.told().len();
    let steps = staged.die_after(count);
    let step = steps.into_iter().find(|step| step.live == world.site().join("alpha")).unwrap();
    fs::write(step.beside.join("late.txt"), "mine").unwrap();
    fs::write(step.beside.join("sub/late.txt"), "mine").unwrap();
    (world, step)
}

#[test]
fn what_a_user_wrote_into_a_tree_that_went_out_comes_back() {
    for (name, goes) in [("dead-late", &[][..]), ("dead-late-out", &["alpha"])] {
        let (world, _) = written_late(name, goes);
        assert!(matches!(world.recover().unwrap(), Some(Recovered::Finished(_))));
        for path in ["alpha/late.txt", "alpha/sub/late.txt"] {
            assert_eq!(world.read(path), "mine");
        }
        assert_eq!(world.has("alpha/core.py"), goes.is_empty());
    }
}

#[test]
fn a_recovery_that_died_had_given_some_of_it_back() {
    for (name, goes) in [("dead-given", &[][..]), ("dead-given-out", &["alpha"])] {
        let (world, step) = written_late(name, goes);
        fs::create_dir_all(&step.live).unwrap();
        fs::hard_link(step.beside.join("late.txt"), step.live.join("late.txt")).unwrap();
        world.recover().unwrap().unwrap();
        for path in ["alpha/late.txt", "alpha/sub/late.txt"] {
            assert_eq!(world.read(path), "mine");
        }
        assert_eq!(world.has("alpha/core.py"), goes.is_empty());
        assert!(world.is_at_rest() && world.recover().unwrap().is_none());
    }
}

#[test]
fn nor_does_it_take_itself_for_somebody_else() {
    let (world, step) = written_late("dead-itself", &["alpha"]);
    fs::create_dir_all(&step.live).unwrap();
    fs::hard_link(step.beside.join("late.txt"), step.live.join("late.txt")).unwrap();
    let recovered = world.recover().unwrap();
    assert!(matches!(recovered, Some(Recovered::Finished(_))), "{recovered:?}");
}

#[test]
fn a_record_that_a_power_cut_brings_back_changes_nothing() {
    let world = World::new("dead-power");
    world.put(&two(&world, "1.0"), &[]);
    world.stage(&[world.package("alpha", "2.0"), world.package("gamma", "1.0")], &["beta"]).die_after(2);
    let journal = fs::read(world.store.journal()).unwrap();
    world.recover().unwrap().unwrap();
    let whole = world.picture();
    fs::write(world.store.journal(), journal).unwrap();
    world.recover().unwrap().unwrap();
    assert_eq!(world.picture(), whole);
    assert!(world.is_at_rest());
}

#[test]
fn the_answer_names_versions() {
    let world = World::new("dead-names");
    world.put(&two(&world, "1.0"), &[]);
    world.stage(&[world.package("alpha", "2.0"), world.package("gamma", "1.0")], &["beta"]).die_after(1);
    let names = ["alpha 1.0 -> 2.0", "gamma 1.0", "beta 1.0 (removal)"].map(ToOwned::to_owned).to_vec();
    assert_eq!(world.recover().unwrap(), Some(Recovered::Finished(names)));
}

#[test]
fn a_slot_removed_by_hand_is_made_again() {
    let world = World::new("dead-slot");
    world.put(&two(&world, "1.0"), &[]);
    let steps = world.stage(&[], &["alpha", "beta"]).die_after(1);
    let beta = steps.iter().find(|step| step.live == world.site().join("beta")).unwrap();
    fs::remove_dir_all(beta.beside.parent().unwrap()).unwrap();
    world.recover().unwrap().unwrap();
    assert!(!world.has("beta"));
}
