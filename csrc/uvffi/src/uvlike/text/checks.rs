use rustc_hash::FxHashSet;
use uv_distribution_types::{DependencyMetadata, Diagnostic, ResolutionDiagnostic};
use uv_installer::SitePackages;
use uv_normalize::PackageName;
use uv_platform_tags::Tags;
use uv_pypi_types::ResolverMarkerEnvironment;
use uv_python::PythonEnvironment;

use super::error::OperationError;
use super::printer::Printer;

/// Warns about what the resolver noticed: yanked versions, extras that do not exist and the like.
pub(crate) fn diagnose_resolution(diagnostics: &[ResolutionDiagnostic], printer: &Printer) {
    for diagnostic in diagnostics {
        printer.warning(diagnostic.message());
    }
}

/// Warns about broken dependencies among the installed `names`, for `--strict`; reads the environment anew.
pub(crate) fn diagnose_environment<'a>(
    names: impl IntoIterator<Item = &'a PackageName>,
    environment: &PythonEnvironment,
    markers: &ResolverMarkerEnvironment,
    tags: &Tags,
    dependency_metadata: &DependencyMetadata,
    printer: &Printer,
) -> Result<(), OperationError> {
    let names: FxHashSet<_> = names.into_iter().collect();
    let site_packages = SitePackages::from_environment(environment)?;
    for diagnostic in site_packages.diagnostics(markers, tags, dependency_metadata)? {
        if names.iter().any(|name| diagnostic.includes(name)) {
            printer.warning(diagnostic.message());
        }
    }
    Ok(())
}
