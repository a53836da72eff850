use std::path::{Path, PathBuf};

use uv_cache::Cache;
use uv_cli::TopLevelArgs;
use uv_settings::{Combine, FilesystemOptions};
use uv_workspace::{DiscoveryOptions, Workspace, WorkspaceCache};

use super::refused;
use crate::reroute::Reroute;

/// The configuration files of one call, already combined.
pub(super) struct Found {
    pub(super) options: Option<FilesystemOptions>,
    /// The cache directory that workspace discovery left out.
    pub(super) cache_root: PathBuf,
}

/// Reads the configuration that applies in `directory`: the file named on the command line, or else the project's
/// before the user's before the system's.
pub(super) async fn discover(
    args: &TopLevelArgs,
    directory: &Path,
    workspaces: &WorkspaceCache,
) -> Result<Found, Reroute> {
    let cache = Cache::from_settings(args.cache_args.no_cache, args.cache_args.cache_dir.clone()).map_err(refused)?;
    let options = if let Some(file) = &args.config_file {
        if file.file_name().is_some_and(|name| name == "pyproject.toml") {
            return Err(Reroute::because("`--config-file` names a `pyproject.toml`"));
        }
        Some(FilesystemOptions::from_file(file).map_err(refused)?)
    } else if args.no_config {
        None
    } else {
        // A broken or absent workspace is no error here: the nearest file above the directory counts then.
        let workspace = Workspace::discover(directory, &DiscoveryOptions::default(), &cache, workspaces).await.ok();
        let start = workspace.as_ref().map_or(directory, |workspace| workspace.install_path());
        let project = FilesystemOptions::find(start).map_err(refused)?;
        let system = FilesystemOptions::system().map_err(refused)?;
        let user = FilesystemOptions::user().map_err(refused)?;
        project.combine(user).combine(system)
    };
    Ok(Found { options, cache_root: cache.root().to_path_buf() })
}
