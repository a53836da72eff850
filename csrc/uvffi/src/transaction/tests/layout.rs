use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::world;
use crate::scratch::Scratch;
use crate::transaction::journal::Listed;
use crate::transaction::layout::{Ground, plain, real};

#[test]
fn lib64_that_is_a_link_is_lib() {
    let scratch = Scratch::new("layout-lib64");
    fs::create_dir_all(scratch.join("lib/site")).unwrap();
    symlink("lib", scratch.join("lib64")).unwrap();
    let mut layout = world::layout(&scratch);
    (layout.scheme.purelib, layout.scheme.platlib) = (scratch.join("lib/site"), scratch.join("lib64/site"));
    let ground = Ground::of(&layout);
    assert_eq!(ground.roots(), [scratch.join("lib/site"), scratch.join("lib/site")]);
    assert_eq!(ground.base, scratch.to_path_buf());
    let below = ground.below(Path::new("/stage"));
    assert_eq!(below.scheme.platlib, Path::new("/stage/lib/site"));
    assert_eq!(below.scheme.scripts, Path::new("/stage/bin"));
    assert_eq!(below.scheme.data, Path::new("/stage"));
}

#[test]
fn an_environment_behind_a_link_is_where_it_leads() {
    let scratch = Scratch::new("layout-link");
    fs::create_dir(scratch.join("real")).unwrap();
    symlink("real", scratch.join("venv")).unwrap();
    let ground = Ground::of(&world::layout(&scratch.join("venv")));
    assert_eq!(ground.base, scratch.join("real"));
    assert!(ground.places().iter().all(|place| place.starts_with(scratch.join("real"))));
}

#[test]
fn the_base_holds_all_of_the_scheme() {
    let scratch = Scratch::new("layout-base");
    let mut layout = world::layout(&scratch.join("usr/local"));
    layout.scheme.include = scratch.join("usr/include/python3.12");
    let ground = Ground::of(&layout);
    assert_eq!(ground.base, scratch.join("usr"));
    let paths = ground.places().map(|place| ground.relative(place).unwrap().to_path_buf());
    assert!(paths.contains(&"include/python3.12".into()) && paths.contains(&"local".into()));
}

#[test]
fn what_lies_in_site_packages_is_known() {
    let ground = Ground::of(&world::layout(Path::new("/nowhere/venv")));
    let site = Path::new("lib/python3.12/site-packages");
    assert!(ground.is_in_root(&site.join("alpha")) && ground.is_in_root(&site.join("alpha/sub")));
    for path in ["", "lib", "lib/python3.12/site-packages", "bin", "bin/tool", "share/man", "include/site/python3.12/a"]
    {
        assert!(!ground.is_in_root(Path::new(path)), "{path}");
    }
    assert!(ground.holds(Path::new("/nowhere/venv/bin/tool")));
    assert!(!ground.holds(Path::new("/nowhere/else")) && !ground.holds(Path::new("/nowhere/venv-2/bin/tool")));
}

#[test]
fn a_directory_of_the_scheme_in_site_packages_is_never_one_distributions() {
    let mut layout = world::layout(Path::new("/nowhere/target"));
    layout.scheme.purelib = layout.scheme.data.clone();
    layout.scheme.platlib = layout.scheme.data.clone();
    let ground = Ground::of(&layout);
    assert!(ground.is_in_root(Path::new("alpha")));
    assert!(!ground.is_in_root(Path::new("bin")), "of a target");
    assert!(!ground.is_in_root(Path::new("include")) && !ground.is_in_root(Path::new("include/site")));
}

#[test]
fn plain_paths() {
    for (path, wanted) in [("/a/./b/../c", "/a/c"), ("/a/../../b", "/b"), ("a/b/..", "a"), ("/a//b/", "/a/b")] {
        assert_eq!(plain(Path::new(path)), Path::new(wanted), "{path}");
    }
}

#[test]
fn real_paths_as_far_as_there_is_something() {
    let scratch = Scratch::new("layout-real");
    fs::create_dir(scratch.join("real")).unwrap();
    symlink("real", scratch.join("link")).unwrap();
    assert_eq!(real(&scratch.join("link")), scratch.join("real"));
    assert_eq!(real(&scratch.join("link/not/there")), scratch.join("real/not/there"));
    assert_eq!(real(Path::new("/no-such-directory/a")), Path::new("/no-such-directory/a"));
}

#[test]
fn paths_in_json() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    for bytes in [&b"/caf\xc3\xa9/100%/%41"[..], b"/latin\xe9/\xff\xfe", b"", b"/a b\n\"c\"", b"\xf0\x9f\x90\x8d"] {
        let path = PathBuf::from(OsString::from_vec(bytes.to_vec()));
        let text = serde_json::to_string(&Listed(path.clone())).unwrap();
        assert_eq!(serde_json::from_str::<Listed>(&text).unwrap().0, path, "{text}");
    }
    assert_eq!(serde_json::to_string(&Listed("/plain/path".into())).unwrap(), "\"/plain/path\"");
    for text in ["\"%\"", "\"%zz\"", "\"a%4\""] {
        assert!(serde_json::from_str::<Listed>(text).is_err(), "{text}");
    }
}
