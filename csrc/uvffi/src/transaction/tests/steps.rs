use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::world;
use crate::scratch::Scratch;
use crate::transaction::object::Object;
use crate::transaction::step::{Kind, State, Step};

/// A step between `beside` and `live`, with what is there now.
fn step(scratch: &Scratch, kind: Kind) -> Step {
    let (beside, live) = (scratch.join("beside"), scratch.join("live"));
    let (incoming, outgoing) = (Object::at(&beside).unwrap(), Object::at(&live).unwrap());
    world::step(kind, beside, live, incoming, outgoing)
}

/// Each kind of step, of files or of directories, not done yet.
fn each(name: &str, look: impl Fn(&Scratch, &Step)) {
    for kind in [Kind::In, Kind::Exchange, Kind::Out] {
        for end in ["", "/file"] {
            let scratch = Scratch::new(name);
            if kind != Kind::Out {
                scratch.write(&format!("beside{end}"), "comes");
            }
            if kind != Kind::In {
                scratch.write(&format!("live{end}"), "goes");
            }
            look(&scratch, &step(&scratch, kind));
        }
    }
}

fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).or_else(|_| fs::read_to_string(path.join("file"))).ok()
}

#[test]
fn a_step_is_not_done_then_done_and_undone_again() {
    each("step-undo", |_, step| {
        let old = (text(&step.beside), text(&step.live));
        assert_eq!(step.state().unwrap(), State::NotDone);
        step.perform().unwrap();
        assert_eq!(step.state().unwrap(), State::Done, "{:?}", step.kind);
        assert_eq!((text(&step.live), text(&step.beside)), old);
        step.undo().unwrap();
        assert_eq!(step.state().unwrap(), State::NotDone, "{:?}", step.kind);
        assert_eq!((text(&step.beside), text(&step.live)), old);
    });
}

#[test]
fn where_the_live_one_is_another_object_somebody_was_here() {
    each("step-foreign", |scratch, step| {
        for done in [false, true] {
            if done {
                step.perform().unwrap();
            }
            // Kept, so that no other object gets its inode number.
            let aside = scratch.join(format!("aside-{done}"));
            let was_there = fs::rename(&step.live, &aside).is_ok();
            fs::write(&step.live, "comes").unwrap();
            // What went out is out, whatever came in its place.
            let is_out = done && step.kind == Kind::Out;
            let wanted = if is_out { State::Done } else { State::Foreign };
            assert_eq!(step.state().unwrap(), wanted, "{:?}, done: {done}", step.kind);
            fs::remove_file(&step.live).unwrap();
            if was_there {
                fs::rename(&aside, &step.live).unwrap();
            }
        }
    });
}

#[test]
fn where_one_is_gone_somebody_was_here() {
    each("step-gone", |scratch, step| {
        for path in [&step.beside, &step.live] {
            let aside = scratch.join("aside");
            if fs::rename(path, &aside).is_ok() {
                assert_eq!(step.state().unwrap(), State::Foreign, "{:?}", step.kind);
                fs::rename(&aside, path).unwrap();
            }
        }
        assert_eq!(step.state().unwrap(), State::NotDone);
    });
}

#[test]
fn one_object_under_both_names_is_no_stranger() {
    let scratch = Scratch::new("step-same");
    let beside = scratch.write("beside", "text");
    fs::hard_link(beside, scratch.join("live")).unwrap();
    let step = step(&scratch, Kind::Exchange);
    assert_ne!(step.state().unwrap(), State::Foreign);
    step.perform().unwrap();
    assert_ne!(step.state().unwrap(), State::Foreign);
    step.undo().unwrap();
    assert_eq!(text(&step.live).unwrap(), "text");
}

#[test]
fn what_appeared_in_the_way_is_not_replaced() {
    for kind in [Kind::In, Kind::Out] {
        let scratch = Scratch::new("step-way");
        scratch.write(if kind == Kind::In { "beside" } else { "live" }, "ours");
        let step = step(&scratch, kind);
        scratch.write(if kind == Kind::In { "live" } else { "beside" }, "a stranger's");
        assert_eq!(step.state().unwrap(), State::Foreign);
        assert_eq!(step.perform().unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(step.undo().unwrap_err().kind(), ErrorKind::AlreadyExists);
        let both = [text(&step.beside), text(&step.live)].map(Option::unwrap);
        assert!(both.contains(&"ours".to_owned()) && both.contains(&"a stranger's".to_owned()));
    }
}

#[test]
fn a_changed_file_is_the_same_object_and_a_copy_is_not() {
    let scratch = Scratch::new("step-object");
    let path = scratch.write("file", "text");
    let object = Object::at(&path).unwrap();
    fs::write(&path, "another text").unwrap();
    assert_eq!(Object::at(&path).unwrap(), object);
    fs::copy(&path, scratch.join("copy")).unwrap();
    assert_ne!(Object::at(&scratch.join("copy")).unwrap(), object);
    std::os::unix::fs::symlink(&path, scratch.join("link")).unwrap();
    assert_ne!(Object::at(&scratch.join("link")).unwrap(), object, "a link is not followed");
    assert_eq!(Object::at(&scratch.join("nothing")).unwrap(), None);
    assert_eq!(Object::at(&path.join("below-a-file")).unwrap(), None);
}
