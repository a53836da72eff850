use std::collections::BTreeSet;

use clap::CommandFactory;

use super::*;

fn words(text: &str) -> Vec<OsString> {
    text.split(' ').filter(|word| !word.is_empty()).map(Into::into).collect()
}

fn ids(command: &Command) -> BTreeSet<String> {
    command.get_arguments().map(|argument| argument.get_id().to_string()).collect()
}

fn rows(tables: &[&[Row]]) -> BTreeSet<String> {
    let listed: Vec<String> = tables.iter().copied().flatten().map(|(id, _)| (*id).to_owned()).collect();
    let set: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), set.len(), "an argument has two rows");
    set
}

fn reason(argv: &str) -> Option<String> {
    route(&words(argv)).err().map(|reroute| reroute.0.into_owned())
}

/// The table names exactly what uv's parser knows, and so does the small parser.
#[test]
fn every_argument_has_its_row() {
    let (mut whole, mut small) = (Cli::command(), parser(true));
    whole.build();
    small.build();
    let cases: [(&[&str], &[&[Row]]); 10] = [
        (&[], &[GLOBAL, TOP]),
        (&["pip"], &[GLOBAL, PIP]),
        (&["pip", "install"], &[GLOBAL, PIP, CHANGE, INSTALL]),
        (&["pip", "sync"], &[GLOBAL, PIP, CHANGE, SYNC]),
        (&["pip", "uninstall"], &[GLOBAL, PIP, UNINSTALL]),
        (&["pip", "list"], &[GLOBAL, PIP, LIST, FETCH]),
        (&["pip", "freeze"], &[GLOBAL, PIP, FREEZE]),
        (&["pip", "show"], &[GLOBAL, PIP, SHOW]),
        (&["pip", "check"], &[GLOBAL, PIP, CHECK]),
        (&["pip", "tree"], &[GLOBAL, PIP, TREE, FETCH]),
    ];
    for (path, tables) in cases {
        let at = |root: &Command| {
            let mut command = root.clone();
            for name in path {
                command = command.find_subcommand(name).unwrap().clone();
            }
            command
        };
        assert_eq!(ids(&at(&whole)), rows(tables), "{path:?}");
        assert_eq!(described(&at(&whole)), described(&at(&small)), "{path:?}");
    }
}

/// All that describes the arguments of a command: names, aliases, variables, conflicts; but for how help shows them.
fn described(command: &Command) -> Vec<String> {
    let bare = |argument: &Arg| {
        let argument = argument.clone().help(None::<&str>).long_help(None::<&str>);
        format!("{:?}", argument.help_heading(None::<&str>).display_order(0))
    };
    let mut described: Vec<String> = command.get_arguments().map(bare).collect();
    described.sort();
    described
}

/// Both parsers find the same values, from the same sources.
#[test]
fn the_small_parser_reads_as_uvs_does() {
    let lines = [
        "pip install a",
        "pip install -e . --no-editable-package a -Cb=1 -b b.txt",
        "-q pip --cert c.pem install -r r.txt --no-cache-dir a b[c] -U --no-deps",
        "pip install --no-system --system --offline -c c.txt -c d.txt --extra-index-url http://x/ a --trusted-host h",
        "pip install -qq -Pa --force-reinstall --no-binary :all: --no-binary b -- --a",
        "pip sync r.txt s.txt -c c.txt --allow-empty-requirements --no-allow-empty-requirements -t x --no-config",
        "--no-config pip sync r.txt -b b.txt --reinstall-package a --require-hashes --strict --cert c.pem",
        "pip uninstall -r r.txt -t x --dry-run",
        "pip uninstall a --prefix x --cert d --no-config",
        "pip list -e --exclude a --exclude b --format json -p 3.11 --strict --no-strict --index-url http://x/",
        "-q pip list --exclude-editable --no-outdated -t x --keyring-provider subprocess",
        "pip freeze --path a --path b --exclude-editable --system",
        "pip show -f a b --prefix x --disable-pip-version-check",
        "pip show",
        "pip check --python-version 3.11 --python-platform linux -p x",
        "pip tree -d 2 --prune a --package b --no-dedupe --reverse --show-version-specifiers --show-sizes -f x",
    ];
    for line in lines {
        let argv = || ["uv".into()].into_iter().chain(words(line));
        let whole = Cli::command().try_get_matches_from(argv()).unwrap();
        let small = parser(true).try_get_matches_from(argv()).unwrap();
        let leaf = |matches: &ArgMatches| matches.subcommand().unwrap().1.subcommand().unwrap().1.clone();
        for (whole, small) in [(whole.clone(), small.clone()), (leaf(&whole), leaf(&small))] {
            for id in whole.ids().map(clap::Id::as_str).filter(|id| whole.try_contains_id(id).is_ok()) {
                if !small.ids().any(|other| other.as_str() == id) {
                    // Groups of uv's own structures, which have no value.
                    assert!(id.ends_with("Cli") || id == "Commands" || id == "PipNamespace", "{line}: {id}");
                    continue;
                }
                assert_eq!(whole.value_source(id), small.value_source(id), "{line}: {id}");
                let raw = |matches: &ArgMatches| {
                    matches.try_get_raw(id).ok().flatten().map(|values| values.map(OsStr::to_owned).collect::<Vec<_>>())
                };
                assert_eq!(raw(&whole), raw(&small), "{line}: {id}");
            }
        }
        assert!(reason(line).is_none(), "{line}: {:?}", reason(line));
    }
}

#[test]
fn what_goes_to_the_child() {
    let cases = [
        ("pip compile r.in", NOT_RESIDENT),
        ("venv", NOT_RESIDENT),
        ("", NOT_RESIDENT),
        ("pip list --help", "help and versions are uv's to print"),
        ("pip list a", "the arguments are uv's to refuse"),
        ("pip list --outdated", "`--outdated`: the newest versions are asked of the index"),
        ("pip tree --outdated", "`--outdated`: the newest versions are asked of the index"),
        ("pip check -v", "`--verbose`: the log goes to standard error"),
        ("pip sync", "the arguments are uv's to refuse"),
        ("pip sync -", "`--src-file`: standard input belongs to the host"),
        ("pip sync r.txt -c -", "`--constraints`: standard input belongs to the host"),
        ("pip sync r.txt --upgrade", "the arguments are uv's to refuse"),
        ("pip install --help", "help and versions are uv's to print"),
        ("--version", "help and versions are uv's to print"),
        ("pip install", "the arguments are uv's to refuse"),
        ("pip install a --nonsense", "the arguments are uv's to refuse"),
        ("-v pip install a", "`--verbose`: the log goes to standard error"),
        ("pip install a -v", "`--verbose`: the log goes to standard error"),
        ("pip install -r -", "`--requirements`: standard input belongs to the host"),
        ("pip install a -c /dev/stdin", "`--constraints`: standard input belongs to the host"),
        ("--color always pip install a", "`--color`: resident answers have no colour"),
        ("pip install a --keyring-provider subprocess", "`--keyring-provider`: the keyring is a program of its own"),
        ("pip uninstall a --preview", "`--preview`: preview features are process-wide"),
    ];
    for (argv, expected) in cases {
        assert_eq!(reason(argv).as_deref(), Some(expected), "{argv}");
    }
}

#[test]
fn some_values_are_resident() {
    for argv in ["--color never pip install a", "pip uninstall a --keyring-provider disabled", "pip install -r ./-"] {
        assert_eq!(reason(argv), None, "{argv}");
    }
}

/// Each row that says Child is met by a command line that gives it, and says why.
#[test]
fn each_child_row_sends_there() {
    let command = parser(true);
    let pip = command.find_subcommand("pip").unwrap();
    let cases = [
        ("install", CHANGE),
        ("install", INSTALL),
        ("sync", CHANGE),
        ("sync", SYNC),
        ("uninstall", UNINSTALL),
        ("install", GLOBAL),
        ("list", LIST),
        ("tree", TREE),
    ];
    for (name, table) in cases {
        for (id, goes) in table {
            let Goes::Child(expected) = goes else { continue };
            if *id == "help" {
                continue;
            }
            let mut root = command.clone();
            root.build();
            let leaf = root.find_subcommand("pip").unwrap().find_subcommand(name).unwrap();
            let argument = leaf.get_arguments().find(|argument| argument.get_id() == id).unwrap();
            let what = if name.ends_with("install") || name == "sync" { "a " } else { "" };
            let mut line = format!("pip {name} {what}--{}", argument.get_long().unwrap());
            if argument.get_action().takes_values() {
                line.push('=');
                line.push_str(match *id {
                    "torch_backend" => "cpu",
                    "python_version" => "3.11",
                    "python_platform" => "linux",
                    "python_fetch" => "never",
                    _ => "a",
                });
            }
            let given = reason(&line);
            assert!(given.as_ref().is_some_and(|given| given.ends_with(expected)), "{line}: {given:?}");
        }
    }
    assert!(pip.find_subcommand("install").is_some());
}
