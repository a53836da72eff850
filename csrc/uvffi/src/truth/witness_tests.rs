use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::*;
use crate::scratch::Scratch;

/// Longer than any local filesystem needs to tell two changes apart.
fn settle() {
    sleep(Duration::from_millis(40));
}

fn same(path: &Path) -> Arc<Witness> {
    settle();
    let witness = Witness::of(path, Reach::Descriptor).unwrap();
    assert!(witness.trust().is_some());
    witness
}

#[test]
fn an_untouched_file_is_proved() {
    let scratch = Scratch::new("untouched");
    let witness = same(&scratch.write("file", "text"));
    assert_eq!(witness.holds(true), Held::AtOnce);
    descriptors::hold(std::iter::once(&witness));
    assert_ne!(witness.held.load(Ordering::Relaxed), descriptors::NONE);
    assert_eq!(witness.holds(false), Held::AtOnce);
}

#[test]
fn an_edit_with_size_and_time_restored_is_seen_by_path_and_by_descriptor() {
    let scratch = Scratch::new("restored");
    let path = scratch.write("file", "text");
    let [by_path, by_descriptor] = [same(&path), same(&path)];
    descriptors::hold(std::iter::once(&by_descriptor));
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "TEXT").unwrap();
    fs::File::open(&path).unwrap().set_modified(modified).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), modified);
    assert_eq!(by_path.holds(true), Held::No);
    assert_eq!(by_descriptor.holds(false), Held::No);
}

#[test]
fn a_copy_in_its_place_is_another_object() {
    let scratch = Scratch::new("copy");
    let path = scratch.write("file", "text");
    let witness = same(&path);
    descriptors::hold(std::iter::once(&witness));
    let aside = scratch.join("aside");
    assert!(Command::new("cp").arg("-a").args([&path, &aside]).status().unwrap().success());
    fs::rename(&aside, &path).unwrap();
    assert_eq!(witness.holds(false), Held::No);
}

#[test]
fn another_entry_in_a_directory_is_looked_at_once() {
    let scratch = Scratch::new("lacking");
    settle();
    let witness = Witness::lacking(&scratch, Reach::Descriptor, ["uv.toml"]).unwrap();
    assert_eq!(witness.holds(false), Held::AtOnce);
    scratch.write("other", "");
    assert_eq!(witness.holds(false), Held::Again);
    settle();
    let _ = witness.holds(false);
    assert_eq!(witness.holds(false), Held::AtOnce);
    scratch.write("uv.toml", "");
    assert_eq!(witness.holds(false), Held::No);
}

#[test]
fn a_directory_moved_away_is_seen_through_its_descriptor() {
    let scratch = Scratch::new("moved");
    let directory = scratch.join("directory");
    fs::create_dir(&directory).unwrap();
    settle();
    let witness = Witness::lacking(&directory, Reach::Descriptor, ["uv.toml"]).unwrap();
    descriptors::hold(std::iter::once(&witness));
    fs::rename(&directory, scratch.join("elsewhere")).unwrap();
    fs::create_dir(&directory).unwrap();
    assert_eq!(witness.holds(false), Held::No);
}

#[test]
fn absence_holds_until_something_appears() {
    let scratch = Scratch::new("absent");
    let path = scratch.join("file");
    let witness = Witness::absent(&path).unwrap();
    assert_eq!(witness.holds(false), Held::AtOnce);
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert_eq!(witness.holds(false), Held::No);
    assert_eq!(Witness::absent_behind(&path).unwrap().holds(false), Held::AtOnce);
    assert!(Witness::absent(&path).is_err());
}

#[test]
fn what_was_read_before_the_look_must_be_old() {
    let scratch = Scratch::new("young");
    let path = scratch.write("file", "text");
    let witness = Witness::of_what_was_read(&path, Reach::Path, moment()).unwrap();
    assert_eq!(witness.trust(), Trust::NotYet);
    assert_eq!(witness.holds(true), Held::No);
    settle();
    assert!(Witness::of_what_was_read(&path, Reach::Path, moment()).unwrap().trust().is_some());
}

#[test]
fn a_number_that_the_host_took_is_neither_believed_nor_closed() {
    let scratch = Scratch::new("taken");
    let path = scratch.write("file", "text");
    let witness = same(&path);
    descriptors::hold(std::iter::once(&witness));
    let number = witness.held.load(Ordering::Relaxed);
    let host = fs::File::open(scratch.write("host's", "")).unwrap();
    // As a host does that closes all it finds and opens files of its own.
    let taken = crate::sys::Descriptor(number);
    taken.close();
    let again = std::os::fd::AsRawFd::as_raw_fd(&host);
    assert!(crate::sys::duplicate_onto(again, number));
    assert_eq!(witness.holds(false), Held::AtOnce);
    assert_eq!(witness.held.load(Ordering::Relaxed), descriptors::NONE);
    let shown = crate::sys::stat_descriptor(number).unwrap();
    assert_eq!(shown.ino, host.metadata().unwrap().ino(), "the host's file was closed");
}
