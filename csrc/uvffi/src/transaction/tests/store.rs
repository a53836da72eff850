use std::fs;
use std::thread;
use std::time::Duration;

use crate::scratch::Scratch;
use crate::transaction::stages;
use crate::transaction::store::Store;

/// Of a target: it is there only while a Transaction is.
fn passing(scratch: &Scratch) -> Store {
    let base = scratch.join("target");
    Store { root: base.join(".uvffi"), base, stays: false }
}

#[test]
fn what_somebody_had_begun_to_make_goes() {
    let scratch = Scratch::new("store-begun");
    let store = passing(&scratch);
    for made in [vec![], vec!["CACHEDIR.TAG"], vec!["CACHEDIR.TAG", "journal"]] {
        fs::create_dir_all(&store.root).unwrap();
        for name in made {
            fs::write(store.root.join(name), "").unwrap();
        }
        store.leave();
        assert!(!store.root.exists());
    }
    store.leave();
    assert!(store.base.exists());
}

#[test]
fn a_stage_of_another_is_not_left() {
    let scratch = Scratch::new("store-other");
    let store = passing(&scratch);
    let stage = store.new_stage();
    store.make_stage(&stage).unwrap();
    store.leave();
    assert!(stage.exists());
    stages::remove(&stage);
    store.leave();
    assert!(!store.root.exists());
}

#[test]
fn stages_are_made_while_others_leave() {
    let scratch = Scratch::new("store-many");
    let store = passing(&scratch);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let stage = store.new_stage();
                    store.make_stage(&stage).unwrap();
                    // No change takes less.
                    thread::sleep(Duration::from_millis(1));
                    stages::remove(&stage);
                    store.leave();
                }
            });
        }
    });
    assert!(!store.root.exists());
}

#[test]
fn what_a_link_leads_to_is_not_ours() {
    let scratch = Scratch::new("store-link");
    let theirs = scratch.write("outside/deep/theirs", "");
    let store = passing(&scratch);
    fs::create_dir_all(&store.root).unwrap();
    std::os::unix::fs::symlink(scratch.join("outside"), store.stages()).unwrap();
    assert_eq!(stages::entries(&store.stages()).count(), 0);
    let refused = store.make_stage(&store.new_stage()).unwrap_err();
    assert!(refused.to_string().contains("is a link"), "{refused}");
    assert!(theirs.exists());
}
