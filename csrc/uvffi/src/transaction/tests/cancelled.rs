use std::fs;

use super::world::World;
use crate::calls;
use crate::transaction::Failure;

#[test]
fn a_cancelled_call_stages_nothing_more() {
    let world = World::new("cancelled");
    world.change(&[world.package("one", "1")], &[]);
    let before = world.picture();
    let comes = ["one", "two", "three"].map(|name| world.package(name, "2"));
    // Whoever staged it would find that it is not there.
    fs::remove_dir_all(&comes[1].archive).unwrap();
    assert!(matches!(world.try_change(&comes, &[]), Err(Failure::Unchanged(_))));
    let ended = calls::cancelled_before(|| world.try_change(&comes, &[]));
    assert!(matches!(ended, Err(Failure::Cancelled)), "{ended:?}");
    assert_eq!(world.picture(), before);
}
