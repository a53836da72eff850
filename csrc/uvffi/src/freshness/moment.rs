use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// No index is trusted for longer than a year, whatever it says.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// A moment on both clocks. The steady one stands still while the machine sleeps, and the wall clock can be set: what
/// is to end at a moment ends with the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// Whether it has come, by either clock.
    pub(crate) fn has_come(self) -> bool {
        self.has_come_at(Self::now())
    }

    pub(super) fn has_come_at(self, now: Self) -> bool {
        now.steady >= self.steady || now.wall >= self.wall
    }

    /// The moment that is `time` later, or a year if that is less.
    pub(super) fn after(self, time: Duration) -> Self {
        let time = time.min(LONGEST);
        Self { steady: self.steady + time, wall: self.wall + time }
    }

    /// The earlier of both, on each clock.
    pub(super) fn earlier(self, other: Self) -> Self {
        Self { steady: self.steady.min(other.steady), wall: self.wall.min(other.wall) }
    }

    /// Whole seconds since 1970.
    pub(super) fn second(self) -> u64 {
        self.wall.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// Where the wall clock's running second began.
    pub(super) fn second_began(self) -> Self {
        let into = Duration::from_nanos(
            self.wall.duration_since(UNIX_EPOCH).map_or(0, |since| u64::from(since.subsec_nanos())),
        );
        Self { steady: self.steady.checked_sub(into).unwrap_or(self.steady), wall: self.wall - into }
    }

    /// `wall` after 1970, with a steady clock that agrees.
    #[cfg(test)]
    pub(super) fn at(wall: Duration) -> Self {
        // Far from where the steady clock begins, so that there is room on both sides.
        static BASE: std::sync::LazyLock<Instant> =
            std::sync::LazyLock::new(|| Instant::now() + Duration::from_hours(1));
        let start = Duration::from_secs(1_800_000_000);
        let steady = if wall >= start { *BASE + (wall - start) } else { *BASE - (start - wall) };
        Self { steady, wall: UNIX_EPOCH + wall }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_clock_ends_it() {
        let end = Moment::now().after(Duration::from_secs(10));
        let before = Moment { steady: end.steady - Duration::from_nanos(1), wall: end.wall - Duration::from_nanos(1) };
        assert!(!end.has_come_at(before));
        assert!(end.has_come_at(end));
        // Asleep for an hour; and the wall clock set back an hour.
        assert!(end.has_come_at(Moment { wall: end.wall + Duration::from_hours(1), ..before }));
        assert!(end.has_come_at(Moment { steady: end.steady, wall: end.wall - Duration::from_hours(1) }));
        assert!(!end.has_come());
        assert!(Moment::now().has_come());
    }

    #[test]
    fn the_earlier_on_each_clock() {
        let one = Moment::now();
        let other = Moment { steady: one.steady + Duration::from_secs(5), wall: one.wall - Duration::from_secs(5) };
        assert_eq!(one.earlier(other), Moment { steady: one.steady, wall: other.wall });
        assert_eq!(other.earlier(one), one.earlier(other));
    }

    #[test]
    fn whole_seconds() {
        let moment = Moment::at(Duration::from_millis(1_800_000_000_750));
        assert_eq!(moment.second(), 1_800_000_000);
        assert_eq!(moment.second_began(), Moment::at(Duration::from_secs(1_800_000_000)));
        assert_eq!(moment.second_began().second_began(), moment.second_began());
        assert_eq!(moment.after(Duration::MAX), moment.after(LONGEST));
    }
}
