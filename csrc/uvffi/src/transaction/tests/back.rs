use std::path::{Path, PathBuf};

use serde_json::Value;

use super::world::World;
use crate::change::Action;
use crate::transaction::Origin;
use crate::transaction::back::Way;
use crate::transaction::history::{Entry, Move, Side};
use crate::transaction::object::Object;

fn side(version: &str) -> Option<Side> {
    let (dist_info, object) = (PathBuf::from("alpha.dist-info"), Object::at(Path::new("/")).unwrap());
    Some(Side { version: version.to_owned(), dist_info, object, wheel: None })
}

fn entry(generation: u64, moves: &[(&str, Option<Side>, Option<Side>)]) -> Entry {
    let moves = moves.iter().cloned().map(|(name, from, to)| Move { name: name.to_owned(), from, to });
    Entry { generation, at: 0.0, request: String::new(), changes: Value::Null, moves: moves.collect() }
}

/// alpha comes, is upgraded twice and goes; beta comes; gamma comes and goes.
fn entries() -> [Entry; 4] {
    [
        entry(1, &[("alpha", None, side("1.0"))]),
        entry(2, &[("alpha", side("1.0"), side("2.0")), ("gamma", None, side("1.0"))]),
        entry(3, &[("alpha", side("2.0"), side("3.0")), ("beta", None, side("1.0")), ("gamma", side("1.0"), None)]),
        entry(4, &[("alpha", side("3.0"), None)]),
    ]
}

/// Each name with the version that comes and the one that goes.
fn way(entries: &[Entry], to: u64) -> Vec<(String, Option<String>, Option<String>)> {
    let version = |side: Option<Side>| side.map(|side| side.version);
    let names = Way::back(entries, to).names.into_iter();
    names.map(|(name, (was, is))| (name, version(was), version(is))).collect()
}

fn text(name: &str, was: &str, is: &str) -> (String, Option<String>, Option<String>) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (name.to_owned(), some(was), some(is))
}

#[test]
fn only_what_came_after_counts() {
    assert_eq!(way(&entries(), 4), []);
    assert_eq!(way(&entries(), 3), [text("alpha", "3.0", "")]);
}

#[test]
fn of_several_changes_the_first_and_the_last_count() {
    assert_eq!(way(&entries()[..3], 1), [text("alpha", "1.0", "3.0"), text("beta", "", "1.0")]);
    assert_eq!(way(&entries(), 0), [text("beta", "", "1.0")], "what came and went is no change");
}

#[test]
fn the_same_version_of_another_wheel_is_a_change() {
    let other = side("1.0").map(|side| Side { object: None, ..side });
    assert_eq!(way(&[entry(1, &[("alpha", side("1.0"), other)])], 0), [text("alpha", "1.0", "1.0")]);
}

#[test]
fn it_is_told_as_an_answer_tells_changes() {
    let changes = Way::back(&entries(), 2).changes();
    let told: Vec<_> = changes.iter().map(|change| (change.name.as_str(), change.action)).collect();
    let wanted = [("alpha", Action::Installed), ("beta", Action::Uninstalled), ("gamma", Action::Installed)];
    assert_eq!(told, wanted);
    let upgraded = Way::back(&[entry(1, &[("alpha", side("2.0"), side("1.0"))])], 0).changes();
    assert_eq!(upgraded[0].action, Action::Upgraded);
    assert_eq!(upgraded[0].previous_version.as_deref(), Some("1.0"));
    let same =
        Way::back(&[entry(1, &[("alpha", side("1.0"), side("1.0").map(|side| Side { object: None, ..side }))])], 0);
    assert_eq!(same.changes()[0].action, Action::Reinstalled);
}

#[test]
fn what_comes_again_is_of_the_shelf_or_of_its_wheel() {
    let world = World::new("back-incoming");
    let wheel = Some(Box::new(world.package("alpha", "1.0")));
    let origin = |side: Side| {
        let way = Way::back(&[entry(1, &[("alpha", Some(side), None)])], 0);
        way.incoming().map(|incoming| incoming.into_iter().next().unwrap().from)
    };
    let shelved = side("1.0").unwrap();
    assert!(matches!(origin(shelved.clone()), Ok(Origin::Shelf(_, None))));
    assert!(matches!(origin(Side { wheel: wheel.clone(), ..shelved.clone() }), Ok(Origin::Shelf(_, Some(_)))));
    assert!(matches!(origin(Side { object: None, wheel, ..shelved.clone() }), Ok(Origin::Wheel(..))));
    let nothing = origin(Side { object: None, ..shelved }).unwrap_err();
    assert!(nothing.contains("alpha 1.0"), "{nothing}");
}
