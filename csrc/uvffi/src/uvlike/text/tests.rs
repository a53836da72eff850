use std::error::Error;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use uv_cache_info::CacheInfo;
use uv_distribution_filename::WheelFilename;
use uv_distribution_types::{
    CachedDist, CachedRegistryDist, DerivationChain, DerivationStep, InstalledDist, InstalledDistKind,
    InstalledRegistryDist,
};
use uv_installer::Plan;
use uv_normalize::PackageName;
use uv_pep440::Version;
use uv_pypi_types::HashDigests;
use uv_resolver::ResolveError;
use uv_workspace::pyproject::SourceError;
use version_ranges::Ranges;

use super::elapsed::elapsed;
use super::failure::{FAILURE, UNEXPECTED};
use super::*;
use crate::change::{Action, Change};
use crate::output::Output;

const TOOK: Duration = Duration::from_millis(12);

fn printer(quiet: u8) -> (Printer, Output) {
    let output = Output::default();
    (Printer::new(quiet, output.clone()), output)
}

fn stderr(output: &Output) -> String {
    output.take()
}

fn name(name: &str) -> PackageName {
    PackageName::from_str(name).expect("a package name")
}

fn version(version: &str) -> Version {
    Version::from_str(version).expect("a version")
}

fn cached(name: &str, version: &str) -> CachedDist {
    let filename = format!("{name}-{version}-py3-none-any.whl");
    CachedDist::Registry(CachedRegistryDist {
        filename: WheelFilename::from_str(&filename).expect("a wheel name"),
        path: PathBuf::from("archive").into_boxed_path(),
        hashes: HashDigests::empty(),
        cache_info: CacheInfo::default(),
        build_info: None,
    })
}

fn installed(package: &str, number: &str) -> InstalledDist {
    InstalledDistKind::Registry(InstalledRegistryDist {
        name: name(package),
        version: version(number),
        path: PathBuf::from(format!("{package}-{number}.dist-info")).into_boxed_path(),
        cache_info: None,
        build_info: None,
    })
    .into()
}

/// `(name, version, previous version, action)`
fn brief(changes: &[Change]) -> Vec<(&str, Option<&str>, Option<&str>, Action)> {
    let brief = |change| {
        let Change { name, version, previous_version, action, .. }: &Change = change;
        (name.as_str(), version.as_deref(), previous_version.as_deref(), *action)
    };
    changes.iter().map(brief).collect()
}

#[test]
fn elapsed_changes_its_unit() {
    assert_eq!(elapsed(Duration::from_nanos(450_000)), "0.45ms");
    assert_eq!(elapsed(Duration::from_micros(999)), "0.99ms");
    assert_eq!(elapsed(Duration::from_micros(12_999)), "12ms");
    assert_eq!(elapsed(Duration::from_millis(2_349)), "2.34s");
    assert_eq!(elapsed(Duration::from_secs(65)), "1m 05s");
}

#[test]
fn sizes_change_their_unit() {
    assert_eq!(reporters::human_readable(1_048_577), "1.0MiB");
    assert_eq!(reporters::human_readable(12_900_000), "12.3MiB");
    assert_eq!(reporters::human_readable(3 << 30), "3.0GiB");
}

#[test]
fn install_lines_count_packages() {
    let (printer, output) = printer(0);
    let log = InstallLog::new(printer);
    log.resolved(0, TOOK);
    log.resolved(3, TOOK);
    log.checked(1, TOOK, false);
    log.prepared(2, TOOK);
    log.uninstalled(1, TOOK);
    log.installed(2, TOOK);
    log.bytecode_compiled(1, TOOK);
    let expected = "Resolved in 12ms\nResolved 3 packages in 12ms\nChecked 1 package in 12ms\n\
                    Prepared 2 packages in 12ms\nUninstalled 1 package in 12ms\nInstalled 2 packages in 12ms\n\
                    Bytecode compiled 1 file in 12ms\n";
    assert_eq!(stderr(&output), expected);
}

#[test]
fn changelog_lists_by_name_then_kind() {
    let (printer, output) = printer(0);
    let changelog = Changelog::new(
        [cached("zope", "1.0"), cached("anyio", "2.0"), cached("rich", "14.3.2"), cached("idna", "3.0")],
        [installed("rich", "14.3.2"), installed("anyio", "1.0"), installed("idna", "3.1"), installed("six", "1.0")],
    );
    changelog.print(&printer);
    let lines =
        " - anyio==1.0\n + anyio==2.0\n - idna==3.1\n + idna==3.0\n ~ rich==14.3.2\n - six==1.0\n + zope==1.0\n";
    assert_eq!(stderr(&output), lines);
    let changes = changelog.changes();
    let expected = [
        ("anyio", Some("2.0"), Some("1.0"), Action::Upgraded),
        ("idna", Some("3.0"), Some("3.1"), Action::Downgraded),
        ("rich", Some("14.3.2"), Some("14.3.2"), Action::Reinstalled),
        ("six", None, Some("1.0"), Action::Uninstalled),
        ("zope", Some("1.0"), None, Action::Installed),
    ];
    assert_eq!(brief(&changes), expected);
}

#[test]
fn of_two_installed_versions_the_newer_is_replaced() {
    let changes =
        Changelog::new([cached("rich", "3.0")], [installed("rich", "2.0"), installed("rich", "1.0")]).changes();
    let expected =
        [("rich", Some("3.0"), Some("2.0"), Action::Upgraded), ("rich", None, Some("1.0"), Action::Uninstalled)];
    assert_eq!(brief(&changes), expected);
}

#[test]
fn dry_run_tells_what_would_happen() {
    let (printer, output) = printer(0);
    let log = InstallLog::new(printer);
    let plan = Plan {
        cached: vec![cached("rich", "14.3.3")],
        remote: vec![],
        reinstalls: vec![installed("rich", "14.3.2")],
        extraneous: vec![installed("six", "1.0")],
    };
    let changes = log.would_change(plan, 1, TOOK).changes();
    let expected =
        "Would uninstall 2 packages\nWould install 1 package\n - rich==14.3.2\n + rich==14.3.3\n - six==1.0\n";
    assert_eq!(stderr(&output), expected);
    let upgraded = ("rich", Some("14.3.3"), Some("14.3.2"), Action::Upgraded);
    assert_eq!(brief(&changes), [upgraded, ("six", None, Some("1.0"), Action::Uninstalled)]);

    let nothing = Plan { cached: vec![], remote: vec![], reinstalls: vec![], extraneous: vec![] };
    assert!(log.would_change(nothing, 1, TOOK).changes().is_empty());
    assert_eq!(stderr(&output), "Checked 1 package in 12ms\nWould make no changes\n");
}

#[test]
fn uninstall_lines_keep_the_order_given() {
    let (printer, output) = printer(0);
    let dists = [installed("rich", "14.3.2"), installed("anyio", "1.0")];
    let log = UninstallLog::new(printer.clone(), false);
    log.not_installed("six");
    log.uninstalled(&dists, TOOK);
    log.nothing();
    let expected = "warning: Skipping six as it is not installed\nUninstalled 2 packages in 12ms\n\
                    \x20- rich==14.3.2\n - anyio==1.0\nwarning: No packages to uninstall\n";
    assert_eq!(stderr(&output), expected);

    let log = UninstallLog::new(printer, true);
    log.not_installed("six");
    log.uninstalled(&dists[..1], TOOK);
    log.nothing();
    assert_eq!(stderr(&output), "Would uninstall 1 package\n - rich==14.3.2\nWould make no changes\n");
}

#[test]
fn quiet_keeps_errors_and_quieter_drops_them() {
    let error = || anyhow::anyhow!("permission denied").context("Failed to write");
    let text = "error: Failed to write\n  Caused by: permission denied\n";
    for (quiet, line, expected) in [(0, "said\n", text), (1, "", text), (2, "", "")] {
        let (printer, output) = printer(quiet);
        printer.line("said");
        assert_eq!(stderr(&output), line);
        assert_eq!(report_top_level(error(), &printer), UNEXPECTED);
        assert_eq!(stderr(&output), expected, "with {quiet} times -q");
    }
}

#[test]
fn causes_are_indented_and_hints_set_apart() {
    #[derive(Debug, thiserror::Error)]
    #[error("The first line\nthe second\n\nthe fourth\n")]
    struct Lines;

    let (printer, output) = printer(0);
    let error = anyhow::Error::new(Lines).context("Failed");
    assert_eq!(report(OperationError::Anyhow(error), &printer), UNEXPECTED);
    let expected = "error: Failed\n  Caused by: The first line\n    the second\n\n    the fourth\n";
    assert_eq!(stderr(&output), expected);

    let overlap = || SourceError::OverlappingMarkers("a".into(), "b".into(), "c".into());
    assert_eq!(report_top_level(anyhow::Error::new(overlap()).context("Failed"), &printer), UNEXPECTED);
    let expected = format!("error: Failed\n  Caused by: {}\n\nhint: replace `b` with `c`\n", overlap());
    assert_eq!(stderr(&output), expected);
}

#[test]
fn unwrapped_chain_is_uv_errors_own_where_nothing_wraps() {
    #[derive(Debug, thiserror::Error)]
    #[error("\n Failed \nto read `{}`\n", "long ".repeat(40))]
    struct Outer(#[source] Inner);
    #[derive(Debug, thiserror::Error)]
    #[error("first\n\n  second \n\n")]
    struct Inner;

    let hints = || uv_errors::Hints::from("do this");
    let mut theirs = String::new();
    let options = uv_errors::ErrorOptions::default().with_stream(&mut theirs);
    uv_errors::write_error_chain_with_options(&Outer(Inner), hints(), options).expect("a string takes all");
    let ours = chain::render(&Outer(Inner), hints());
    // With a terminal theirs is wrapped, which is why there is ours.
    if !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        assert_eq!(ours, anstream::adapter::strip_str(&theirs).to_string());
    }
    assert!(ours.starts_with("error: Failed \nto read"), "{ours}");
}

/// The expected text is what uv 0.12.5 writes into a pipe for wheels made to this pattern.
#[test]
fn failed_dependencies_are_drawn_with_the_reason_for_the_package() {
    let step = DerivationStep::new(
        name("flask"),
        Some("dotenv".parse().expect("an extra")),
        None,
        Some(version("1.2")),
        Ranges::higher_than(version("7")),
    );
    let url = "file:///wheels/dd-1.0-py3-none-any.whl".to_owned();
    let cause = Box::new(ResolveError::DisallowedUrl { name: name("dd"), url });
    let error = ResolveError::Dependencies(cause, name("click"), version("8.0"), [step].into_iter().collect());
    // Not even `-qq` silences these.
    let (printer, output) = printer(2);
    assert_eq!(report(error.into(), &printer), FAILURE);
    let expected = "  × Failed to resolve dependencies for `click` (v8.0)
  ╰─▶ Package `dd` was included as a URL dependency. URL dependencies must
      be expressed as direct requirements or constraints. Consider adding
      `dd @ file:///wheels/dd-1.0-py3-none-any.whl` to your dependencies or
      constraints file.

hint: `click` (v8.0) was included because `flask[dotenv]` (v1.2) depends on `click>=7`
";
    assert_eq!(stderr(&output), expected);
}

#[test]
fn a_confused_name_is_hinted_at() {
    let hints = derivation::dist_hints(&name("sklearn"), None, &DerivationChain::default(), uv_errors::Hints::none());
    let expected = "`sklearn` is often confused for `scikit-learn`. Did you mean to install `scikit-learn` instead?";
    assert_eq!(hints.into_iter().collect::<Vec<_>>(), [expected]);
}

#[test]
fn drawn_text_wraps_at_eighty_columns() {
    let cause = std::io::Error::other("word ".repeat(30));
    let text = graphical::render(&"Failed", &cause as &(dyn Error + 'static));
    let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
    assert!(widths.len() > 2 && widths.iter().all(|width| *width <= 80), "{text}");
    assert!(widths.iter().any(|width| *width > 70), "{text}");
}

#[test]
fn downloads_are_told_from_a_mebibyte_on() {
    let (printer, output) = printer(0);
    let reporter: Arc<dyn uv_distribution::Reporter> = Arc::new(LineReporter::new(&printer));
    let small = reporter.on_download_start(&name("six"), Some(1 << 20));
    let large = reporter.on_download_start(&name("numpy"), Some(16 << 20));
    let unknown = reporter.on_download_start(&name("rich"), None);
    for id in [small, large, unknown] {
        reporter.on_download_complete(&name("any"), id);
    }
    let expected = "Downloading numpy (16.0MiB)\nDownloading rich\n Downloaded numpy\n Downloaded rich\n";
    assert_eq!(stderr(&output), expected);
}
