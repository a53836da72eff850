use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::world;
use crate::scratch::Scratch;
use crate::transaction::journal::{Found, Journal, Listed, Record, Told, is_armed, read};
use crate::transaction::object::Object;
use crate::transaction::step::Kind;

fn record(base: &Path, steps: usize) -> Record {
    let step = |at: usize| {
        let (beside, live) = (format!(".uvffi/stage/1/0/package-{at}"), format!("package-{at}"));
        world::step(Kind::Exchange, base.join(beside), base.join(live), Object::at(base).unwrap(), None)
    };
    Record {
        base: base.to_path_buf(),
        base_object: Object::at(base).unwrap(),
        steps: (0..steps).map(step).collect(),
        prune: vec![Listed(base.join(OsStr::from_bytes(b"caf\xe9 100%")))],
        dists: vec![Told { name: "package".to_owned(), from: Some("1.0".to_owned()), to: None }],
        bytecode: vec![Listed(base.join("__pycache__/module"))],
        entry: None,
        stage: base.join(".uvffi/stage/1"),
    }
}

/// A journal with a record of so many steps.
fn armed(scratch: &Scratch, steps: usize) -> PathBuf {
    let path = scratch.join("journal");
    Journal::open(&path).unwrap().arm(&record(scratch, steps), false).unwrap();
    path
}

fn text(record: &Record) -> String {
    serde_json::to_string(record).unwrap()
}

/// What it says, as JSON, if that is a record.
fn found(path: &Path) -> Option<String> {
    match read(path).unwrap() {
        Found::Armed(record) => Some(text(&record)),
        _ => None,
    }
}

fn why_unreadable(path: &Path) -> String {
    assert!(is_armed(path).unwrap(), "whoever comes next must look into it");
    match read(path).unwrap() {
        Found::Unreadable(why) => why,
        found => panic!("{found:?}"),
    }
}

fn change(path: &Path, at: u64, bytes: &[u8]) {
    fs::OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, at).unwrap();
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let scratch = Scratch::new("journal-round");
    let path = armed(&scratch, 3);
    assert!(is_armed(&path).unwrap());
    assert_eq!(found(&path), Some(text(&record(&scratch, 3))));
}

#[test]
fn a_durable_record_is_the_same() {
    let scratch = Scratch::new("journal-durable");
    let path = scratch.join("journal");
    let mut journal = Journal::open(&path).unwrap();
    journal.arm(&record(&scratch, 1), true).unwrap();
    journal.sync().unwrap();
    assert_eq!(found(&path), Some(text(&record(&scratch, 1))));
}

#[test]
fn nothing_is_said_by_no_file_an_empty_one_and_one_with_room_only() {
    let scratch = Scratch::new("journal-nothing");
    let path = scratch.join("journal");
    for prepare in [(|_| ()) as fn(&Path), |path| fs::write(path, "").unwrap(), |path| drop(Journal::open(path))] {
        prepare(&path);
        assert!(matches!(read(&path).unwrap(), Found::Nothing));
        assert!(!is_armed(&path).unwrap());
    }
}

#[test]
fn a_dropped_record_says_nothing_and_another_can_be_written() {
    let scratch = Scratch::new("journal-dropped");
    let path = armed(&scratch, 50);
    let mut journal = Journal::open(&path).unwrap();
    journal.drop_record().unwrap();
    assert!(matches!(read(&path).unwrap(), Found::Nothing));
    assert!(!is_armed(&path).unwrap());
    journal.arm(&record(&scratch, 1), false).unwrap();
    assert_eq!(found(&path), Some(text(&record(&scratch, 1))), "a shorter one over a longer one");
}

#[test]
fn a_record_may_be_larger_than_the_room_reserved() {
    let scratch = Scratch::new("journal-large");
    let path = scratch.join("journal");
    let mut journal = Journal::open(&path).unwrap();
    let room = fs::metadata(&path).unwrap().len();
    journal.arm(&record(&scratch, 2_000), false).unwrap();
    assert!(fs::metadata(&path).unwrap().len() > room);
    assert_eq!(found(&path), Some(text(&record(&scratch, 2_000))));
}

#[test]
fn a_torn_record_is_seen() {
    let scratch = Scratch::new("journal-torn");
    let path = armed(&scratch, 3);
    change(&path, 200, b"\0");
    assert!(why_unreadable(&path).contains("checksum"));
}

#[test]
fn a_record_under_a_head_that_is_not_its_own_is_seen() {
    let scratch = Scratch::new("journal-head");
    let path = armed(&scratch, 3);
    // Shorter by a byte.
    let length = text(&record(&scratch, 3)).len() as u64;
    change(&path, 8, &(length - 1).to_le_bytes());
    assert!(why_unreadable(&path).contains("checksum"));
    change(&path, 8, &(1_u64 << 20).to_le_bytes());
    assert!(why_unreadable(&path).contains("cut off"));
}

fn cut(path: &Path, left: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(left).unwrap();
}

#[test]
fn a_record_that_is_cut_off_is_seen() {
    let scratch = Scratch::new("journal-cut");
    let path = armed(&scratch, 3);
    for left in [text(&record(&scratch, 3)).len() as u64 / 2, 32] {
        cut(&path, left);
        assert!(why_unreadable(&path).contains("cut off"));
    }
}

#[test]
fn so_is_one_that_lost_its_last_bytes() {
    let scratch = Scratch::new("journal-cut-end");
    let path = armed(&scratch, 3);
    cut(&path, 32 + text(&record(&scratch, 3)).len() as u64 - 1);
    assert!(why_unreadable(&path).contains("cut off"));
}

#[test]
fn a_record_of_another_version_is_not_guessed_at() {
    let scratch = Scratch::new("journal-magic");
    let path = armed(&scratch, 3);
    change(&path, 0, b"uvffi-j9");
    assert!(why_unreadable(&path).contains("another kind or version"));
}

#[test]
fn a_whole_body_that_is_no_record_is_seen() {
    let scratch = Scratch::new("journal-body");
    let path = armed(&scratch, 1);
    change(&path, 32, b"[]");
    change(&path, 8, &2_u64.to_le_bytes());
    change(&path, 16, &crc32fast::hash(b"[]").to_le_bytes());
    assert!(why_unreadable(&path).contains("can't be read"));
}

#[test]
fn what_is_no_file_is_not_followed_and_not_waited_for() {
    let scratch = Scratch::new("journal-no-file");
    let outside = scratch.write("outside", "theirs");
    let path = scratch.join("journal");
    let make: [&dyn Fn(); 3] =
        [&|| std::os::unix::fs::symlink(&outside, &path).unwrap(), &|| fs::create_dir(&path).unwrap(), &|| {
            assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success())
        }];
    for make in make {
        make();
        assert!(matches!(read(&path).unwrap(), Found::Unreadable(why) if why == "it is no file"));
        assert!(is_armed(&path).is_err() && Journal::open(&path).is_err() && Journal::at_rest(&path).is_err());
        fs::remove_file(&path).or_else(|_| fs::remove_dir(&path)).unwrap();
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), "theirs");
}

#[test]
fn a_length_that_nobody_wrote() {
    let scratch = Scratch::new("journal-long");
    let path = armed(&scratch, 1);
    change(&path, 8, &u64::MAX.to_le_bytes());
    assert!(why_unreadable(&path).contains("18446744073709551615 bytes"));
    change(&path, 8, &(1_u64 << 40).to_le_bytes());
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len((1 << 40) + 32).unwrap();
    assert!(why_unreadable(&path).contains("1099511627776 bytes"));
}
