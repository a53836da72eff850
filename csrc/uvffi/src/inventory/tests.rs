use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use uv_normalize::PackageName;

use super::*;
use crate::scratch::Scratch;
use crate::truth::Held;

fn name(name: &str) -> PackageName {
    PackageName::from_str(name).unwrap()
}

fn inventory(root: &Path) -> Inventory {
    // Longer than any local filesystem needs to tell two changes apart.
    sleep(Duration::from_millis(40));
    Inventory::of([root.to_path_buf()])
}

/// What an answer about `alpha` rests on.
fn basis(inventory: &Inventory) -> Basis {
    let look = inventory.look().unwrap();
    look.get(&name("alpha"));
    look.basis(true, false).unwrap()
}

fn holds(basis: &Basis) -> bool {
    basis.holds() != Held::No && basis.witnesses().all(|witness| witness.holds(false) != Held::No)
}

fn versions(inventory: &Inventory, asked: &str) -> Vec<String> {
    let look = inventory.look().unwrap();
    look.get(&name(asked)).iter().filter_map(Found::whole).map(|dist| dist.version().to_string()).collect()
}

fn told(root: &Path, since: u64) -> (Vec<Value>, u64) {
    let told = changes(root, Some(since)).unwrap();
    let rows = told.changes.unwrap().into_iter().map(|logged| {
        let row = serde_json::to_value(logged).unwrap();
        json!([row["name"], row["previous_version"], row["version"], row["action"], row["by"]])
    });
    (rows.collect(), told.generation)
}

#[test]
fn names_are_found_and_read_when_asked_for() {
    let scratch = Scratch::new("found");
    scratch.install("alpha", "1.0");
    scratch.install("Other_Name", "2.0");
    scratch.write("plain.dist-info", "a file is no distribution");
    let inventory = inventory(&scratch);
    assert_eq!(versions(&inventory, "alpha"), ["1.0"]);
    assert_eq!(versions(&inventory, "other-name"), ["2.0"]);
    assert_eq!(versions(&inventory, "plain"), Vec::<String>::new());
    scratch.install("alpha", "2.0");
    assert_eq!(versions(&inventory, "alpha"), ["1.0", "2.0"]);
}

#[test]
fn only_what_was_asked_for_counts() {
    let scratch = Scratch::new("counts");
    let alpha = scratch.install("alpha", "1.0");
    let inventory = inventory(&scratch);
    let basis = basis(&inventory);
    assert!(holds(&basis));
    scratch.install("beta", "1.0");
    assert_eq!(basis.holds(), Held::Again, "another name: listed again, and nothing more");
    assert!(holds(&basis));
    fs::write(alpha.join("direct_url.json"), "{}").unwrap();
    assert!(!holds(&basis), "a file that was absent in the dist-info");
}

#[test]
fn what_is_not_read_makes_no_other_content() {
    let scratch = Scratch::new("content");
    let alpha = scratch.install("alpha", "1.0");
    let inventory = inventory(&scratch);
    let numbers = || {
        let look = inventory.look().unwrap();
        look.get(&name("alpha")).iter().map(|found| found.reading.number()).collect::<Vec<_>>()
    };
    let first = numbers();
    fs::write(alpha.join("REQUESTED"), "").unwrap();
    assert_eq!(numbers(), first, "the directory changed a moment ago, and nothing that is read");
    assert_eq!(numbers(), first);
    fs::write(alpha.join("direct_url.json"), r#"{"url": "https://example.org/a.whl", "archive_info": {}}"#).unwrap();
    let second = numbers();
    assert_ne!(second, first, "what was absent");
    fs::write(alpha.join("METADATA"), "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n").unwrap();
    assert_ne!(numbers(), second, "what was read");
}

#[test]
fn a_second_distribution_of_the_name_is_seen() {
    let scratch = Scratch::new("second");
    scratch.install("alpha", "1.0");
    let basis = basis(&inventory(&scratch));
    scratch.install("Alpha", "0.9");
    assert!(!holds(&basis));
}

#[test]
fn absence_is_a_basis_too() {
    let scratch = Scratch::new("absence");
    let basis = basis(&inventory(&scratch));
    assert!(holds(&basis));
    scratch.install("alpha", "1.0");
    assert!(!holds(&basis));
}

#[test]
fn a_mark_makes_it_read_again() {
    let scratch = Scratch::new("mark");
    scratch.install("alpha", "1.0");
    let inventory = inventory(&scratch);
    let basis = basis(&inventory);
    assert_eq!(mark(Some(&scratch), &[name("beta")]), [scratch.to_path_buf()]);
    assert!(holds(&basis), "another name was marked");
    mark(Some(&scratch), &[name("alpha")]);
    assert!(!holds(&basis));
    assert_eq!(versions(&inventory, "alpha"), ["1.0"]);
}

#[test]
fn half_installed_distributions_are_broken() {
    let scratch = Scratch::new("broken");
    let broken = |dist_info: &Path| Reading::of(dist_info).broken();
    let path = scratch.install("alpha", "1.0");
    assert_eq!(broken(&path), None);
    fs::remove_file(path.join("RECORD")).unwrap();
    assert_eq!(broken(&path), Some("it has no RECORD"));
    fs::write(path.join("INSTALLER"), "debian\n").unwrap();
    assert_eq!(broken(&path), None, "a system's package manager keeps its own records");
    fs::write(path.join("INSTALLER"), "pip\n").unwrap();
    assert_eq!(broken(&path), Some("it has no RECORD"));
    fs::remove_file(path.join("METADATA")).unwrap();
    assert_eq!(broken(&path), Some("it has no METADATA"));
    fs::write(path.join("direct_url.json"), "no JSON").unwrap();
    assert_eq!(broken(&path), Some("its metadata can't be read"));
}

#[test]
fn what_uv_fails_at_is_odd() {
    for odd in ["~lpha-1.0.dist-info", "alpha-one.dist-info", "b@d-1.0.dist-info"] {
        let scratch = Scratch::new("odd");
        fs::create_dir(scratch.join(odd)).unwrap();
        assert!(inventory(&scratch).look().unwrap().is_odd(), "{odd}");
    }
}

#[test]
fn changes_are_told_once_and_by_whom() {
    let scratch = Scratch::new("changes");
    let old = scratch.install("alpha", "1.0");
    let inventory = inventory(&scratch);
    let (none, start) = told(&scratch, 0);
    assert!(none.is_empty(), "the first picture is no change");
    {
        let _claim = inventory.claim(Some(&[name("alpha")]));
        fs::remove_dir_all(old).unwrap();
        scratch.install("alpha", "2.0");
        scratch.install("beta", "1.0");
    }
    let (rows, next) = told(&scratch, start);
    let expected =
        [json!(["alpha", "1.0", "2.0", "upgraded", "engine"]), json!(["beta", null, "1.0", "installed", "other"])];
    assert_eq!(rows, expected);
    assert_eq!(told(&scratch, next), (Vec::new(), next));
    fs::remove_dir_all(&*scratch).unwrap();
    let (rows, _) = told(&scratch, next);
    assert_eq!(rows.len(), 2, "a root that is gone has no packages: {rows:?}");
    assert_eq!(rows[0], json!(["alpha", "2.0", null, "uninstalled", "other"]));
}

#[test]
fn a_distribution_that_is_being_written_is_told_later() {
    let scratch = Scratch::new("written");
    let _known = inventory(&scratch).look().unwrap();
    let (_, start) = told(&scratch, 0);
    let path = scratch.install("alpha", "1.0");
    fs::remove_file(path.join("RECORD")).unwrap();
    let half = changes(&scratch, Some(start)).unwrap();
    assert_eq!((half.unsettled, half.generation), (vec!["alpha".to_owned()], start));
    assert!(half.changes.unwrap().is_empty());
    fs::write(path.join("RECORD"), "").unwrap();
    let (rows, _) = told(&scratch, start);
    assert_eq!(rows, [json!(["alpha", null, "1.0", "installed", "other"])]);
}

#[test]
fn forgetting_is_an_epoch() {
    let scratch = Scratch::new("forget");
    scratch.install("alpha", "1.0");
    let basis = basis(&inventory(&scratch));
    let before = changes(&scratch, Some(0)).unwrap().numbers;
    assert_eq!(forget(Some(&scratch)), [scratch.to_path_buf()]);
    assert!(!holds(&basis));
    let after = changes(&scratch, Some(before.generation)).unwrap();
    assert_eq!(after.numbers.epoch, before.epoch + 1);
    assert!(after.changes.is_none(), "changes across an epoch can't be told one by one");
}
