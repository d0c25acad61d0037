//! When a migration was made: what migrations are ordered by.

/// Returns the version of a migration that is made now, so many seconds after the beginning of 1970 in UTC: as
/// `20261122T103000`, and always greater than the last one.
pub fn version_after(last: Option<&str>, seconds: u64) -> String {
    let next = last.and_then(seconds_of).map_or(0, |it| it + 1);
    text(seconds.max(next))
}

fn text(seconds: u64) -> String {
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days as i64);
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
}

/// Returns the seconds of a version; `None` for what is no version.
fn seconds_of(version: &str) -> Option<u64> {
    let number = |start: usize, end: usize| version.get(start..end)?.parse::<u64>().ok();
    let days = days(number(0, 4)? as i64, number(4, 6)? as i64, number(6, 8)? as i64);
    let time = number(9, 11)? * 3_600 + number(11, 13)? * 60 + number(13, 15)?;
    Some(u64::try_from(days).ok()? * 86_400 + time)
}

/// Returns year, month and day of a day, counted from the beginning of 1970. The year begins in March here, so that the
/// leap day is its last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`date`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_time_and_later_than_the_last() {
        assert_eq!(version_after(None, 0), "19700101T000000");
        assert_eq!(version_after(None, 1_795_343_400), "20261122T103000");
        assert_eq!(version_after(None, 951_782_399), "20000228T235959");
        assert_eq!(version_after(None, 951_782_400), "20000229T000000");
        assert_eq!(version_after(Some("20261122T103000"), 0), "20261122T103001");
        assert_eq!(version_after(Some("20261231T235959"), 5), "20270101T000000");
        assert_eq!(version_after(Some("20261122T103000"), 1_795_343_500), "20261122T103140");
        for day in (0..40_000).step_by(13) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }
}
