use std::time::Duration;

/// A duration as uv writes it: `1m 05s`, `2.34s`, `12ms`, `0.45ms`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let nanos = duration.subsec_nanos();
    match (seconds, duration.subsec_millis()) {
        (60.., _) => format!("{}m {:02}s", seconds / 60, seconds % 60),
        (1.., _) => format!("{seconds}.{:02}s", nanos / 10_000_000),
        (0, 0) => format!("0.{:02}ms", nanos / 10_000),
        (0, millis) => format!("{millis}ms"),
    }
}
