use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use uv_cache::{Cache, Refresh};
use uv_client::BaseClientBuilder;
use uv_flags::EnvironmentFlags;
use uv_fs::CWD;
use uv_static::EnvVars;
use uv_workspace::WorkspaceCache;

use super::certificates;
use super::network::NetworkSettings;
use super::{
    CacheSettings, GlobalSettings, PipCheckSettings, PipFreezeSettings, PipInstallSettings, PipListSettings,
    PipSettings, PipShowSettings, PipSyncSettings, PipTreeSettings, PipUninstallSettings, Sources, refused,
};
use crate::reroute::Reroute;

/// A resident command with all its settings.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Install(Box<PipInstallSettings>),
    Sync(Box<PipSyncSettings>),
    Uninstall(Box<PipUninstallSettings>),
    List(Box<PipListSettings>),
    Freeze(Box<PipFreezeSettings>),
    Show(Box<PipShowSettings>),
    Check(Box<PipCheckSettings>),
    Tree(Box<PipTreeSettings>),
}

impl Command {
    /// The settings that all pip commands share.
    pub(crate) fn pip(&self) -> &PipSettings {
        match self {
            Self::Install(settings) => &settings.settings,
            Self::Sync(settings) => &settings.settings,
            Self::Uninstall(settings) => &settings.settings,
            Self::List(settings) => &settings.settings,
            Self::Freeze(settings) => &settings.settings,
            Self::Show(settings) => &settings.settings,
            Self::Check(settings) => &settings.settings,
            Self::Tree(settings) => &settings.settings,
        }
    }

    /// The name of the command, as its second word.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Install(_) => "install",
            Self::Sync(_) => "sync",
            Self::Uninstall(_) => "uninstall",
            Self::List(_) => "list",
            Self::Freeze(_) => "freeze",
            Self::Show(_) => "show",
            Self::Check(_) => "check",
            Self::Tree(_) => "tree",
        }
    }

    /// All its settings, to be shown.
    fn settings(&self) -> &dyn Debug {
        match self {
            Self::Install(settings) => settings,
            Self::Sync(settings) => settings,
            Self::Uninstall(settings) => settings,
            Self::List(settings) => settings,
            Self::Freeze(settings) => settings,
            Self::Show(settings) => settings,
            Self::Check(settings) => settings,
            Self::Tree(settings) => settings,
        }
    }

    /// What it asks the index for again, where it asks the index.
    pub(super) fn refresh(&self) -> Option<&Refresh> {
        match self {
            Self::Install(settings) => Some(&settings.refresh),
            Self::Sync(settings) => Some(&settings.refresh),
            _ => None,
        }
    }

    /// Whether it may change an environment.
    pub(crate) fn changes(&self) -> bool {
        matches!(self, Self::Install(_) | Self::Sync(_) | Self::Uninstall(_))
    }
}

/// Everything that the settings of one Request decide.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) globals: GlobalSettings,
    pub(crate) cache: CacheSettings,
    pub(crate) command: Command,
    pub(crate) sources: Sources,
    /// Whether `--cert` was given.
    pub(super) certificate_file: bool,
    /// Flags that uv's crates keep for the whole process.
    pub(super) flags: EnvironmentFlags,
    /// What was discovered on the way, for those who look for the workspace again.
    pub(crate) workspace_cache: WorkspaceCache,
}

impl Resolved {
    /// Two commands with the same key can share connections.
    pub(crate) fn network_key(&self) -> u64 {
        let network = &self.globals.network_settings;
        let plain = NetworkSettings { custom_certificates: None, ..network.clone() };
        let mut hasher = FxHasher::default();
        format!("{plain:?}").hash(&mut hasher);
        // Their debug text hides passwords, and one call's must not serve another.
        (&network.http_proxy, &network.https_proxy).hash(&mut hasher);
        // Read when the client is made.
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            std::env::var_os(name).hash(&mut hasher);
            std::env::var_os(name.to_ascii_lowercase()).hash(&mut hasher);
        }
        std::env::var_os(EnvVars::SSL_CLIENT_CERT).hash(&mut hasher);
        if self.certificate_file {
            // Slow, and rare: nothing but the content tells one file's certificates from another's.
            format!("{:?}", network.custom_certificates).hash(&mut hasher);
        } else {
            (network.custom_certificates.is_some(), certificates::revision()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// The HTTP client's settings, with the command's name for the user agent.
    pub(crate) fn base_client_builder(&self) -> BaseClientBuilder<'static> {
        let network = &self.globals.network_settings;
        let builder = BaseClientBuilder::new(
            network.connectivity,
            network.system_certs,
            network.allow_insecure_host.clone(),
            self.globals.preview,
            network.read_timeout,
            network.connect_timeout,
            network.retries,
        )
        .cache_read_concurrency(self.globals.concurrency.cache_reads)
        .http_proxy(network.http_proxy.clone())
        .https_proxy(network.https_proxy.clone())
        .no_proxy(network.no_proxy.clone())
        .subcommand(vec!["pip".to_owned(), self.command.name().to_owned()]);
        match &network.custom_certificates {
            Some(certificates) => builder.custom_certificates(certificates.clone()),
            None => builder,
        }
    }

    /// The cache of this call, not yet initialised; a temporary one is made anew each time.
    pub(crate) async fn cache(&self) -> Result<Cache, Reroute> {
        let cache = Cache::from_settings(self.cache.no_cache, self.cache.cache_dir.clone()).map_err(refused)?;
        if std::env::var_os(EnvVars::UV_INTERNAL__BUILD_DIR).is_some() {
            return Err(Reroute::because("the call comes from within a build"));
        }
        let root = std::path::absolute(cache.root()).map_err(refused)?;
        let inside = CWD.starts_with(&root)
            || match (fs_err::canonicalize(&root), fs_err::canonicalize(&*CWD)) {
                (Ok(root), Ok(directory)) => directory.starts_with(root),
                _ => false,
            };
        if inside {
            return Err(refused("the directory is inside uv's cache"));
        }
        Ok(cache)
    }

    /// What the cache must not answer from before it has asked again: `--refresh`, and all that is to be installed
    /// again or upgraded.
    pub(crate) fn refresh(&self) -> Refresh {
        let Some(asked) = self.command.refresh() else { return Refresh::from_args(None, Vec::new()) };
        asked
            .clone()
            .combine(Refresh::from(self.sources.reinstall.clone()))
            .combine(Refresh::from(self.command.pip().upgrade.clone()))
    }

    /// The standard output of `uv --show-settings` for the same command line.
    pub(crate) fn show(&self) -> String {
        let Self { globals, cache, .. } = self;
        format!("{globals:#?}\n{cache:#?}\n{:#?}\n", self.command.settings())
    }
}
