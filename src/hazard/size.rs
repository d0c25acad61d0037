//! How big a table is, in words.

use std::fmt;

/// The size of a table, as the server estimates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows; `None` where the table was never analysed.
    pub rows: Option<u64>,
    /// Bytes on disk, indexes and TOAST included.
    pub bytes: u64,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bytes(self.bytes))?;
        match self.rows {
            Some(rows) => write!(f, ", {}", counted(rows)),
            None => f.write_str(", rows never counted"),
        }
    }
}

fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = n as f64;
    let mut unit = 0;
    while 1000.0 <= value && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("B");
    if unit == 0 || 100.0 <= value {
        format!("{value:.0} {name}")
    } else {
        format!("{value:.1} {name}")
    }
}

fn counted(rows: u64) -> String {
    match rows {
        1 => "1 row".to_owned(),
        0..1000 => format!("{rows} rows"),
        1000..1_000_000 => format!("{} k rows", rows / 1000),
        1_000_000..1_000_000_000 => format!("{} M rows", rows / 1_000_000),
        _ => format!("{} G rows", rows / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let shown = |rows, bytes| Size { rows, bytes }.to_string();
        assert_eq!(shown(Some(14_203_118), 2_100_000_000), "2.1 GB, 14 M rows");
        assert_eq!(shown(Some(1), 8192), "8.2 kB, 1 row");
        assert_eq!(shown(None, 0), "0 B, rows never counted");
        assert_eq!(shown(Some(512_000), 123_456_789), "123 MB, 512 k rows");
    }
}
