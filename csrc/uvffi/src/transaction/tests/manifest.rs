use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::world::{World, edit, picture};
use crate::transaction::manifest::Manifest;
use crate::transaction::sums::Sums;

/// A tree that was installed, and what is known of it.
struct Tree {
    world: World,
    manifest: Manifest,
    sums: Sums,
}

/// Longer than any local filesystem needs to tell two changes apart.
fn settle() {
    sleep(Duration::from_millis(40));
}

fn is_own(path: &Path) -> bool {
    path != Path::new("")
}

impl Tree {
    fn new(name: &str) -> Self {
        let world = World::new(name);
        world.put(&[world.package("alpha", "1.0")], &[]);
        let mut manifest = Manifest::of(&world.site()).unwrap();
        manifest.keep_directories(is_own);
        let sums = Sums::of(&world.site(), Path::new("alpha-1.0.dist-info"));
        settle();
        Self { world, manifest, sums }
    }

    fn is_proved(&mut self) -> bool {
        self.manifest.prove(&self.world.site(), &self.sums).unwrap()
    }

    fn has_its_directories(&self) -> bool {
        self.manifest.has_its_directories(&self.world.site()).unwrap()
    }

    fn of_record(&self) -> Option<Manifest> {
        Manifest::of_record(&self.world.site(), &self.sums, is_own).unwrap()
    }
}

#[test]
fn an_unchanged_tree_is_proved() {
    let mut tree = Tree::new("manifest-same");
    let before = tree.manifest.clone();
    assert!(tree.is_proved() && tree.has_its_directories());
    let sorted = |manifest: &Manifest| {
        let mut paths: Vec<_> = manifest.directories.iter().map(|entry| entry.path.clone()).collect();
        paths.sort();
        (paths, manifest.bytes(), manifest.files.clone())
    };
    assert_eq!(sorted(&tree.manifest), sorted(&before));
    assert!(tree.manifest.bytes() > 0);
}

#[test]
fn what_was_added_is_seen() {
    for added in ["alpha/mine.txt", "alpha/sub/mine.txt", "alpha/mine/mine.txt", "alpha-1.0.dist-info/mine.txt"] {
        let mut tree = Tree::new("manifest-added");
        tree.world.write(added, "mine");
        assert!(!tree.has_its_directories(), "{added}");
        assert!(!tree.is_proved(), "{added}");
    }
    let mut tree = Tree::new("manifest-added-directory");
    fs::create_dir(tree.world.site().join("alpha/empty")).unwrap();
    assert!(!tree.is_proved());
}

#[test]
fn what_was_removed_or_replaced_is_seen() {
    let mut tree = Tree::new("manifest-removed");
    let path = tree.world.site().join("alpha/sub/deep.py");
    fs::remove_file(&path).unwrap();
    assert!(!tree.is_proved() && !tree.has_its_directories());
    let mut tree = Tree::new("manifest-replaced");
    let path = tree.world.site().join("alpha/sub/deep.py");
    fs::copy(&path, tree.world.scratch.join("aside")).unwrap();
    fs::rename(tree.world.scratch.join("aside"), &path).unwrap();
    assert!(!tree.is_proved(), "another object of the same content");
}

#[test]
fn an_edit_in_place_with_its_times_restored_is_seen() {
    let mut tree = Tree::new("manifest-edited");
    edit(&tree.world.site().join("alpha/core.py"));
    assert!(tree.has_its_directories(), "no directory tells");
    assert!(!tree.is_proved());
}

#[test]
fn a_further_name_is_no_edit() {
    let mut tree = Tree::new("manifest-linked");
    let path = tree.world.site().join("alpha/core.py");
    fs::hard_link(path, tree.world.scratch.join("elsewhere")).unwrap();
    assert!(tree.is_proved(), "its content decides");
    settle();
    edit(&tree.world.scratch.join("elsewhere"));
    assert!(!tree.is_proved());
}

#[test]
fn another_mode_is_seen() {
    use std::os::unix::fs::PermissionsExt;

    let mut tree = Tree::new("manifest-mode");
    let path = tree.world.site().join("alpha/core.py");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(!tree.is_proved());
}

#[test]
fn bytecode_is_no_change_and_a_users_file_among_it_is() {
    let mut tree = Tree::new("manifest-bytecode");
    let cache = tree.world.write("alpha/__pycache__/core.cpython-312.pyc", "bytecode");
    assert!(tree.is_proved());
    assert!(cache.is_file() && tree.has_its_directories());
    tree.world.write("alpha/__pycache__/mine.txt", "mine");
    assert!(!tree.is_proved());
}

#[test]
fn what_another_tool_installed_is_known_by_its_record() {
    let mut tree = Tree::new("manifest-record");
    let known = tree.of_record().unwrap();
    let paths = |manifest: &Manifest| {
        let mut paths: Vec<_> = manifest.files.iter().map(|file| file.path.clone()).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&known), paths(&tree.manifest));
    tree.manifest = known;
    assert!(tree.is_proved());
    let path = tree.world.site().join("alpha/core.py");
    edit(&path);
    assert!(tree.of_record().is_none(), "edited");
    fs::remove_file(&path).unwrap();
    assert!(tree.of_record().is_none(), "gone");
    std::os::unix::fs::symlink("sub/deep.py", &path).unwrap();
    assert!(tree.of_record().is_none(), "a link");
}

#[test]
fn a_tree_that_was_renamed_is_noted_anew() {
    let mut tree = Tree::new("manifest-renamed");
    let (here, there) = (tree.world.site(), tree.world.scratch.join("there"));
    fs::create_dir(&there).unwrap();
    for name in ["alpha", "alpha-1.0.dist-info"] {
        fs::rename(here.join(name), there.join(name)).unwrap();
    }
    let renamed = ["alpha", "alpha-1.0.dist-info"].map(Into::into);
    tree.manifest.renamed(&there, &renamed, false).unwrap();
    assert!(tree.manifest.has_its_directories(&there).unwrap());
    let before = picture(&there);
    assert!(tree.manifest.prove(&there, &Sums::of(&there, Path::new("alpha-1.0.dist-info"))).unwrap());
    assert_eq!(picture(&there), before);
}

#[test]
fn so_is_a_file_that_was_looked_at_right_before() {
    let mut tree = Tree::new("manifest-file-renamed");
    let path = Path::new("alpha/core.py");
    let file = tree.world.site().join(path);
    let rename = || {
        let aside = file.with_extension("aside");
        fs::rename(&file, &aside).unwrap();
        fs::rename(&aside, &file).unwrap();
    };
    rename();
    for looked_at in [false, true] {
        tree.manifest.renamed(&tree.world.site(), &[path.into()], looked_at).unwrap();
        assert_eq!(tree.manifest.has_file(path, &file).unwrap(), looked_at);
    }
    fs::write(&file, "another text").unwrap();
    tree.manifest.renamed(&tree.world.site(), &[path.into()], true).unwrap();
    assert!(!tree.manifest.has_file(path, &file).unwrap(), "it is something else by now");
}
