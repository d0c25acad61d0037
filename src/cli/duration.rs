//! Times on the command line: `500ms`, `3s`, `10min`, `1h`.

use std::time::Duration;

/// Reads a time.
///
/// # Errors
/// When it is none.
pub(super) fn read(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(number).unwrap_or("");
    let milliseconds = match unit {
        "ms" => 1,
        "s" | "" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let number = number.trim_end().parse::<u32>().ok().filter(|_| milliseconds != 0);
    number
        .map(|it| Duration::from_millis(u64::from(it) * milliseconds))
        .ok_or_else(|| "write a number and one of the units ms, s, min, h, d".to_owned())
}

/// Writes a time as PostgreSQL reads it.
pub(super) fn written(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// Writes a time as people read it.
pub(super) fn shown(time: Duration) -> String {
    match time.as_millis() {
        it @ 0..1_000 => format!("{it} ms"),
        it @ 1_000..120_000 => format!("{}.{} s", it / 1_000, it % 1_000 / 100),
        it => format!("{} min", it / 60_000),
    }
}

#[test]
fn a_time_has_a_unit() {
    for (text, milliseconds) in
        [("500ms", 500), ("3s", 3_000), ("3", 3_000), ("2min", 120_000), ("1 h", 3_600_000)]
    {
        assert_eq!(read(text), Ok(Duration::from_millis(milliseconds)), "{text}");
    }
    for text in ["", "s", "1w", "-1s", "1.5s"] {
        assert!(read(text).is_err(), "{text}");
    }
    let shown = [5, 1_540, 600_000].map(|it| shown(Duration::from_millis(it)));
    assert_eq!(shown, ["5 ms", "1.5 s", "10 min"]);
}
