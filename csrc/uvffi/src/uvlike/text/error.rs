use uv_errors::{Hint, Hints};

/// Why one of the steps of a resident `pip install` failed: reading requirements, resolving, planning, installing.
///
/// [`report`](super::report) explains some of these at length. The variants are uv's own, since hints are found by the
/// types in a chain, and an error inside a variant is not seen there under its own type.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperationError {
    #[error("Failed to prepare distributions")]
    Prepare(#[from] uv_installer::PrepareError),

    #[error(transparent)]
    Resolve(#[from] uv_resolver::ResolveError),

    #[error(transparent)]
    Uninstall(#[from] uv_installer::UninstallError),

    #[error(transparent)]
    Hash(#[from] uv_types::HashStrategyError),

    #[error(transparent)]
    Io(#[from] std::io::Error),

    #[error(transparent)]
    Requirements(#[from] uv_requirements::Error),

    #[error(transparent)]
    Anyhow(#[from] anyhow::Error),
}

impl Hint for OperationError {
    fn hints(&self) -> Hints<'_> {
        match self {
            Self::Resolve(error) => error.hints(),
            _ => Hints::none(),
        }
    }
}
