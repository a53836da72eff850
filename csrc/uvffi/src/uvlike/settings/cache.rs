use std::path::{Path, PathBuf};

use uv_cache::{Cache, CacheArgs};
use uv_settings::FilesystemOptions;

/// Where uv's cache is. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct CacheSettings {
    pub(crate) no_cache: bool,
    pub(crate) cache_dir: Option<PathBuf>,
}

impl CacheSettings {
    pub(super) fn resolve(args: CacheArgs, filesystem: Option<&FilesystemOptions>) -> Self {
        let files = filesystem.map(|options| &options.globals);
        Self {
            no_cache: args.no_cache || files.and_then(|files| files.no_cache).unwrap_or(false),
            cache_dir: args.cache_dir.or_else(|| files.and_then(|files| files.cache_dir.clone())),
        }
    }

    /// Whether the cache stands at `root`. A temporary one stands nowhere yet.
    pub(super) fn has_root(&self, root: &Path) -> bool {
        !self.no_cache && Cache::from_settings(false, self.cache_dir.clone()).is_ok_and(|cache| cache.root() == root)
    }
}
