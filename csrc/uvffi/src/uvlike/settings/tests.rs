//! Precedence, layer by layer. Field by field the twin tests compare with `uv --show-settings`.

use std::path::Path;

use clap::Parser;
use uv_cache::Refresh;
use uv_cli::{Cli, Commands, PipCommand};
use uv_configuration::{NoBinary, NoBuild, NoSources, Reinstall};
use uv_normalize::PackageName;
use uv_preview::Preview;
use uv_resolver::{DependencyMode, PrereleaseMode, ResolutionMode};
use uv_settings::{EnvironmentOptions, FilesystemOptions, Options, PipOptions};

use super::pip::PipSettings;
use super::preconditions::needs_the_child;
use super::resolved::Command;
use super::{Modifications, PipInstallSettings, PipSyncSettings, Resolved, Sources, preconditions, resolve};
use crate::output::Output;
use crate::reroute::Reroute;

/// The settings of `uv pip install ARGUMENTS` under a configuration file, with no variables but what `change` sets.
fn install_with(arguments: &str, file: &str, change: impl FnOnce(&mut EnvironmentOptions)) -> PipInstallSettings {
    uv_preview::set(Preview::default()).expect("preview is never finalized here");
    let words = "uv pip install ".to_owned() + arguments;
    let cli = Cli::try_parse_from(words.split_whitespace()).expect("valid arguments");
    let Commands::Pip(pip) = *cli.command else {
        panic!("not a pip command");
    };
    let PipCommand::Install(args) = pip.command else {
        panic!("not an install");
    };
    let mut environment = environment();
    change(&mut environment);
    PipInstallSettings::resolve(args, Some(files(file)), environment).expect("valid settings")
}

fn install(arguments: &str, file: &str) -> PipInstallSettings {
    install_with(arguments, file, |_| {})
}

/// What the files alone decide, whatever variables the tests run under.
fn only_files(file: &str) -> PipSettings {
    PipSettings::combine(PipOptions::default(), Some(files(file)), &environment())
}

fn environment() -> EnvironmentOptions {
    let mut environment = EnvironmentOptions::new().expect("valid variables");
    environment.no_sources_package = None;
    environment.no_editable.value = None;
    environment.install_mirrors = Default::default();
    environment
}

fn files(text: &str) -> FilesystemOptions {
    FilesystemOptions::from(toml::from_str::<Options>(text).expect("a valid file"))
}

fn names<const N: usize>(names: [&str; N]) -> Vec<PackageName> {
    let name = |name: &str| name.parse().expect("a valid name");
    names.map(name).to_vec()
}

#[test]
fn a_flag_overrules_the_file_and_the_file_the_default() {
    let file = "[pip]\nno-deps = true\nstrict = true";
    let from_file = install("a", file).settings;
    assert_eq!(from_file.dependency_mode, DependencyMode::Direct);
    assert!(from_file.strict);

    let from_flags = install("a --deps --no-strict", file).settings;
    assert_eq!(from_flags.dependency_mode, DependencyMode::Transitive);
    assert!(!from_flags.strict);

    let by_default = install("a", "").settings;
    assert_eq!(by_default.dependency_mode, DependencyMode::Transitive);
    assert!(!by_default.strict);
}

#[test]
fn the_pip_table_overrules_the_general_one() {
    let both = only_files("resolution = 'lowest'\n[pip]\nresolution = 'lowest-direct'");
    assert_eq!(both.resolution, ResolutionMode::LowestDirect);
    let general = only_files("resolution = 'lowest'");
    assert_eq!(general.resolution, ResolutionMode::Lowest);
}

#[test]
fn a_flag_for_one_package_leaves_the_files_other_packages() {
    let file = "prerelease-package = { a = 'allow', b = 'allow' }";
    let settings = install("a --prerelease-package a=disallow", file).settings;
    let mut modes: Vec<_> = settings.prerelease.package.into_iter().collect();
    modes.sort_by(|left, right| left.0.cmp(&right.0));
    let policies = [PrereleaseMode::Disallow, PrereleaseMode::Allow];
    let expected: Vec<_> = names(["a", "b"]).into_iter().zip(policies).collect();
    assert_eq!(modes, expected);
}

#[test]
fn indexes_of_the_command_line_stand_before_those_of_files() {
    let arguments = "a --default-index https://flag.test/default \
        --index https://flag.test/named --extra-index-url https://flag.test/extra";
    let file = "index-url = 'https://file.test/default'\n\
        extra-index-url = ['https://file.test/extra']\n\
        index = [{ url = 'https://file.test/named' }]\n\
        [pip]\nextra-index-url = ['https://file.test/pip']";
    let locations = install(arguments, file).settings.index_locations;
    let urls: Vec<_> = locations.simple_indexes().map(|index| index.url().to_string()).collect();
    assert_eq!(
        urls,
        [
            "https://flag.test/default",
            "https://flag.test/named",
            "https://flag.test/extra",
            "https://file.test/named",
            "https://file.test/pip",
            "https://file.test/extra",
            "https://file.test/default",
        ]
    );
}

#[test]
fn a_variable_stands_in_for_a_missing_flag_and_files_are_joined() {
    let file = "no-sources-package = ['file']";
    let variable = |environment: &mut EnvironmentOptions| {
        environment.no_sources_package = Some(names(["variable"]));
    };
    let flagged = install_with("a --no-sources-package flag", file, variable).settings;
    assert_eq!(flagged.sources, NoSources::Packages(names(["flag", "file"])));
    let unflagged = install_with("a", file, variable).settings;
    assert_eq!(unflagged.sources, NoSources::Packages(names(["variable", "file"])));
}

#[test]
fn a_variable_overrules_the_file() {
    let file = "python-install-mirror = 'https://file.test/'";
    let settings = install_with("a", file, |environment| {
        environment.install_mirrors.python_install_mirror = Some("https://variable.test/".into());
    });
    let mirror = settings.settings.install_mirrors.python_install_mirror;
    assert_eq!(mirror.as_deref(), Some("https://variable.test/"));
}

#[test]
fn build_options_of_the_general_table_are_added() {
    let file = "no-binary-package = ['general']\nno-build-package = ['general']\n\
        [pip]\nno-binary = ['pip']\nonly-binary = ['pip']";
    let options = install("a --no-binary flag", file).settings.build_options;
    assert_eq!(options.no_binary(), &NoBinary::Packages(names(["flag", "pip", "general"])));
    assert_eq!(options.no_build(), &NoBuild::Packages(names(["pip", "general"])));
}

#[test]
fn a_flag_clears_what_the_file_reinstalls_and_a_package_joins_it() {
    let file = "reinstall-package = ['file']";
    let reinstall = |arguments| install(arguments, file).settings.reinstall;
    assert!(matches!(reinstall("a --no-reinstall"), Reinstall::None));
    let Reinstall::Packages(packages, _) = reinstall("a --reinstall-package flag") else {
        panic!("not a list of packages");
    };
    assert_eq!(packages, names(["flag", "file"]));
}

#[test]
fn the_workspace_constrains_but_does_not_ask() {
    let file = "constraint-dependencies = ['b<2']\noverride-dependencies = ['c==1']\n\
        exclude-dependencies = ['d']\nbuild-constraint-dependencies = ['e']";
    let settings = install("a --exact --dry-run", file);
    assert_eq!(settings.package, ["a"]);
    assert_eq!(settings.constraints_from_workspace.len(), 1);
    assert_eq!(settings.overrides_from_workspace.len(), 1);
    assert_eq!(settings.excludes_from_workspace.len(), 1);
    assert_eq!(settings.build_constraints_from_workspace.len(), 1);
    assert_eq!(settings.modifications, Modifications::Exact);
    assert!(settings.dry_run.enabled());
}

/// The settings of `uv pip sync ARGUMENTS` under a configuration file.
fn sync(arguments: &str, file: &str) -> PipSyncSettings {
    uv_preview::set(Preview::default()).expect("preview is never finalized here");
    let words = "uv pip sync ".to_owned() + arguments;
    let cli = Cli::try_parse_from(words.split_whitespace()).expect("valid arguments");
    let Commands::Pip(pip) = *cli.command else {
        panic!("not a pip command");
    };
    let PipCommand::Sync(args) = pip.command else {
        panic!("not a sync");
    };
    PipSyncSettings::resolve(*args, Some(files(file)), &environment()).expect("valid settings")
}

#[test]
fn a_sync_shows_what_files_choose_and_pays_no_heed_to_it() {
    let file = "resolution = 'lowest'\nprerelease = 'allow'\nupgrade = true\n[pip]\nstrict = true";
    let settings = sync("a.txt --reinstall-package b", file);
    assert_eq!(settings.settings.resolution, ResolutionMode::Lowest);
    assert_eq!(settings.settings.dependency_mode, DependencyMode::Transitive);
    let locked = settings.as_locked();
    assert_eq!(locked.resolution, ResolutionMode::Highest);
    assert_eq!(locked.prerelease.global, PrereleaseMode::default());
    assert_eq!(locked.dependency_mode, DependencyMode::Direct);
    assert!(locked.upgrade.is_none());
    // What is no choice of versions stays.
    assert!(locked.strict);
    assert!(matches!(&locked.reinstall, Reinstall::Packages(packages, _) if *packages == names(["b"])));
}

#[test]
fn an_empty_sync_is_allowed_by_a_flag_or_a_file() {
    let allowed = |arguments, file| sync(arguments, file).settings.allow_empty_requirements;
    let file = "[pip]\nallow-empty-requirements = true";
    assert!(!allowed("a.txt", ""));
    assert!(allowed("a.txt", file));
    assert!(allowed("a.txt --allow-empty-requirements", ""));
    assert!(!allowed("a.txt --no-allow-empty-requirements", file));
}

fn sources(arguments: &str) -> Result<Sources, Reroute> {
    let settings = install(arguments, "");
    Sources::of(&Command::Install(Box::new(settings)), Path::new("/"))
}

#[test]
fn a_source_tree_is_always_installed_again() {
    let tree = env!("CARGO_MANIFEST_DIR");
    let found = sources(&format!("b {tree}")).expect("valid sources");
    let Reinstall::Packages(packages, paths) = &found.reinstall else {
        panic!("nothing to reinstall");
    };
    assert!(packages.is_empty());
    assert_eq!(paths.iter().map(AsRef::as_ref).collect::<Vec<&Path>>(), [Path::new(tree)]);
}

#[test]
fn what_the_resident_engine_must_not_do_itself_goes_to_the_child() {
    let child = |arguments: &str| {
        let found = sources(arguments).expect("valid sources");
        found.all().any(|source| needs_the_child(source).is_some())
    };
    assert!(child("-r -"));
    assert!(child("-r /dev/stdin"));
    assert!(child("a -c -"));
    assert!(!child("git+https://host.test/a"));
    assert!(!child(&format!("-e {}", env!("CARGO_MANIFEST_DIR"))));
    assert!(!child("a==1 -r requirements.txt -c constraints.txt"));
    assert!(!child("https://host.test/a-1-py3-none-any.whl"));
}

#[test]
fn a_requirement_that_is_none_goes_to_the_child() {
    let reroute = sources("a==").expect_err("not a requirement");
    assert!(reroute.0.contains("`a==`"), "{}", reroute.0);
}

/// The whole way of a command line, without configuration files.
fn resolve_all(arguments: &str) -> Result<Resolved, Reroute> {
    uv_preview::set(Preview::default()).expect("preview is never finalized here");
    let words = "uv --no-config pip ".to_owned() + arguments;
    let cli = Cli::try_parse_from(words.split_whitespace()).expect("valid arguments");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(Box::pin(resolve(cli, &Output::default())))
}

#[test]
fn another_place_or_another_command_goes_to_the_child() {
    for arguments in [
        "install a --directory /",
        "install a --project /",
        "install a --isolated",
        "install a --preview",
        "install a --user",
        "compile a.in",
    ] {
        assert!(resolve_all(arguments).is_err(), "{arguments}");
    }
}

#[test]
fn to_ask_again_without_the_network_is_refused_after_the_settings_are_shown() {
    let resolved = resolve_all("install a --offline --refresh").expect("valid settings");
    assert!(resolved.show().contains("connectivity: Offline"));
    let reroute = preconditions(&resolved).expect_err("a conflict");
    assert!(reroute.0.contains("--refresh"), "{}", reroute.0);
    let resolved = resolve_all("sync a.txt --offline --refresh").expect("valid settings");
    assert!(preconditions(&resolved).expect_err("a conflict").0.contains("--refresh"));
}

#[test]
fn what_is_installed_again_or_upgraded_is_asked_for_again() {
    let refresh = |arguments| resolve_all(arguments).expect("valid settings").refresh();
    assert!(matches!(refresh("install a"), Refresh::None(_)));
    assert!(matches!(refresh("install a --reinstall"), Refresh::All(_)));
    assert!(matches!(refresh("install a --upgrade"), Refresh::All(_)));
    let one_each = "install a --refresh-package b --reinstall-package c -P d";
    let Refresh::Packages(packages, _, _) = refresh(one_each) else {
        panic!("not a list of packages");
    };
    assert_eq!(packages, names(["b", "c", "d"]));
    assert!(matches!(refresh("uninstall a"), Refresh::None(_)));
    assert!(matches!(refresh("sync a.txt"), Refresh::None(_)));
    assert!(matches!(refresh("sync a.txt --reinstall"), Refresh::All(_)));
    let Refresh::Packages(packages, _, _) = refresh("sync a.txt --refresh-package b --reinstall-package c") else {
        panic!("not a list of packages");
    };
    assert_eq!(packages, names(["b", "c"]));
}
