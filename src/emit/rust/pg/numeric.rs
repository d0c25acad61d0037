/// A `numeric`, as text without loss: digits with an optional sign and point, `NaN`, `Infinity` or `-Infinity`.
DERIVE(Clone, Debug, PartialEq, Eq, Hash)
SERDE(try_from = "String", into = "String")
pub struct Numeric(String);

impl Numeric {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Numeric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<i64> for Numeric {
    fn from(number: i64) -> Self {
        Numeric(number.to_string())
    }
}

impl std::str::FromStr for Numeric {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        let number = !whole.is_empty() && !part.is_empty() && plain(whole) && plain(part);
        if number || matches!(text, "NaN" | "Infinity" | "-Infinity") {
            return Ok(Numeric(text.to_owned()));
        }
        Err("this is no numeric")
    }
}

impl TryFrom<String> for Numeric {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Numeric> for String {
    fn from(number: Numeric) -> Self {
        number.0
    }
}

impl<'a> FromSql<'a> for Numeric {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let count = i16::from_be_bytes(take(&mut raw)?);
        let weight = i16::from_be_bytes(take(&mut raw)?);
        let sign = u16::from_be_bytes(take(&mut raw)?);
        let scale = usize::from(u16::from_be_bytes(take(&mut raw)?));
        let mut text = match sign {
            0xc000 => return Ok(Numeric("NaN".to_owned())),
            0xd000 => return Ok(Numeric("Infinity".to_owned())),
            0xf000 => return Ok(Numeric("-Infinity".to_owned())),
            0x4000 => "-".to_owned(),
            _ => String::new(),
        };
        let mut groups = String::new();
        for _ in 0..count {
            groups.push_str(&format!("{:04}", i16::from_be_bytes(take(&mut raw)?)));
        }
        let n_whole = 4 * (i32::from(weight) + 1);
        let zeros = "0".repeat(usize::try_from(-n_whole).unwrap_or(0));
        let n_whole = usize::try_from(n_whole).unwrap_or(0);
        let digits = format!("{zeros}{groups:0<n_whole$}");
        let (whole, part) = digits.split_at(n_whole);
        let whole = whole.trim_start_matches('0');
        text.push_str(if whole.is_empty() { "0" } else { whole });
        if scale > 0 {
            text.push_str(&format!(".{part:0<scale$.scale$}"));
        }
        Ok(Numeric(text))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

impl ToSql for Numeric {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        let special: Option<u16> = match self.0.as_str() {
            "NaN" => Some(0xc000),
            "Infinity" => Some(0xd000),
            "-Infinity" => Some(0xf000),
            _ => None,
        };
        if let Some(sign) = special {
            let sign = sign.to_be_bytes();
            out.extend_from_slice(&[0, 0, 0, 0, sign[0], sign[1], 0, 0]);
            return Ok(IsNull::No);
        }
        let digits = self.0.strip_prefix('-');
        let sign: u16 = if digits.is_some() { 0x4000 } else { 0 };
        let digits = digits.unwrap_or(&self.0);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let n_before = whole.len().div_ceil(4);
        let n_after = part.len().div_ceil(4);
        let whole = format!("{whole:0>width$}", width = 4 * n_before);
        let all = format!("{whole}{part:0<width$}", width = 4 * n_after);
        out.extend_from_slice(&i16::try_from(n_before + n_after)?.to_be_bytes());
        out.extend_from_slice(&(i16::try_from(n_before)? - 1).to_be_bytes());
        out.extend_from_slice(&sign.to_be_bytes());
        out.extend_from_slice(&u16::try_from(part.len())?.to_be_bytes());
        for group in all.as_bytes().chunks(4) {
            let value = group.iter().fold(0, |sum, byte| 10 * sum + i16::from(byte - b'0'));
            out.extend_from_slice(&value.to_be_bytes());
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }

    to_sql_checked!();
}
