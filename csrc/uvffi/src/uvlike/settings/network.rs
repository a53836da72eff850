use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use uv_cache::Refresh;
use uv_cli::GlobalArgs;
use uv_cli::options::{Flag, check_conflicts, flag, resolve_flag};
use uv_client::{Certificates, Connectivity};
use uv_configuration::{ProxyUrl, TrustedHost};
use uv_settings::{EnvironmentOptions, FilesystemOptions, GlobalOptions};
use uv_warnings::warn_user_once;

use crate::output::Output;

/// How the network is reached. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct NetworkSettings {
    pub(crate) connectivity: Connectivity,
    pub(crate) offline: Flag,
    pub(crate) system_certs: bool,
    pub(crate) custom_certificates: Option<Certificates>,
    pub(crate) http_proxy: Option<ProxyUrl>,
    pub(crate) https_proxy: Option<ProxyUrl>,
    pub(crate) no_proxy: Option<Vec<String>>,
    pub(crate) allow_insecure_host: Vec<TrustedHost>,
    pub(crate) read_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retries: u32,
}

impl NetworkSettings {
    pub(super) fn resolve(
        args: &GlobalArgs,
        filesystem: Option<&FilesystemOptions>,
        environment: &EnvironmentOptions,
        certificate: Option<&Path>,
        output: &Output,
    ) -> Result<Self> {
        let files = filesystem.map(|options| options.globals.clone()).unwrap_or_default();
        let offline = resolve_offline(args, &files, environment)?;
        warn_of_native_tls(args, &files, environment);
        let system_certs = resolve_system_certs(args, &files, environment)?;

        // Hosts given on the command line or in the environment are added to those of the files.
        let given = args.allow_insecure_host.iter().flatten().cloned();
        let allow_insecure_host = given
            .filter_map(uv_cli::Maybe::into_option)
            .chain(files.allow_insecure_host.into_iter().flatten())
            .collect();
        let custom_certificates = match certificate {
            Some(file) => Some(Certificates::from_file(file)?),
            None => super::certificates::from_environment(output),
        };
        Ok(Self {
            connectivity: if offline.is_enabled() { Connectivity::Offline } else { Connectivity::Online },
            offline,
            system_certs,
            custom_certificates,
            http_proxy: files.http_proxy,
            https_proxy: files.https_proxy,
            no_proxy: files.no_proxy,
            allow_insecure_host,
            read_timeout: environment.http_read_timeout,
            connect_timeout: environment.http_connect_timeout,
            retries: environment.http_retries,
        })
    }

    /// Refuses `--refresh` and `--refresh-package` where the network is not to be used.
    pub(super) fn check_refresh_conflict(&self, refresh: &Refresh) -> Result<()> {
        match refresh {
            Refresh::None(_) => Ok(()),
            Refresh::Packages(..) | Refresh::All(_) => check_conflicts(self.offline, Flag::from_cli("refresh")),
        }
    }
}

fn resolve_offline(args: &GlobalArgs, files: &GlobalOptions, environment: &EnvironmentOptions) -> Result<Flag> {
    let name = "offline";
    if let Some(offline) = flag(args.offline, args.no_offline, name)? {
        return Ok(if offline { Flag::from_cli(name) } else { Flag::disabled() });
    }
    // `UV_OFFLINE=0` does not overrule a file: only a true value counts.
    let from_environment = resolve_flag(false, name, environment.offline);
    Ok(if from_environment.is_enabled() {
        from_environment
    } else if files.offline == Some(true) {
        Flag::from_config(name)
    } else {
        Flag::disabled()
    })
}

#[expect(deprecated, reason = "the old setting still counts")]
fn resolve_system_certs(args: &GlobalArgs, files: &GlobalOptions, environment: &EnvironmentOptions) -> Result<bool> {
    let given = flag(args.system_certs, args.no_system_certs, "system-certs")?;
    let given = match given {
        Some(value) => Some(value),
        None => flag(args.native_tls, args.no_native_tls, "native-tls")?,
    };
    let from_environment = environment.system_certs.value == Some(true) || environment.native_tls.value == Some(true);
    Ok(given.or(from_environment.then_some(true)).or(files.system_certs).or(files.native_tls).unwrap_or(false))
}

/// `native-tls` is the old name of `system-certs`; uv warns once for each place that still uses it.
#[expect(deprecated, reason = "the old setting still counts")]
fn warn_of_native_tls(args: &GlobalArgs, files: &GlobalOptions, environment: &EnvironmentOptions) {
    let places = [
        (args.native_tls, "`--native-tls` flag", "--system-certs"),
        (args.no_native_tls, "`--no-native-tls` flag", "--no-system-certs"),
        (environment.native_tls.value.is_some(), "`UV_NATIVE_TLS` environment variable", "UV_SYSTEM_CERTS"),
        (files.native_tls.is_some(), "`native-tls` setting", "system-certs"),
    ];
    for (used, old, new) in places {
        if used {
            warn_user_once!("The {old} is deprecated and will be removed in a future release. Use `{new}` instead.");
        }
    }
}
