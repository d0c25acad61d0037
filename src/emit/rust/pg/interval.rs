/// An `interval`: PostgreSQL keeps months and days apart, because their length varies.
DERIVE(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)
pub struct Interval {
    /// Whole months.
    pub months: i32,
    /// Whole days.
    pub days: i32,
    /// The rest, in microseconds.
    pub microseconds: i64,
}

impl<'a> FromSql<'a> for Interval {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let microseconds = i64::from_be_bytes(take(&mut raw)?);
        let days = i32::from_be_bytes(take(&mut raw)?);
        let months = i32::from_be_bytes(take(&mut raw)?);
        Ok(Interval {
            months,
            days,
            microseconds,
        })
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INTERVAL
    }
}

impl ToSql for Interval {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&self.microseconds.to_be_bytes());
        out.extend_from_slice(&self.days.to_be_bytes());
        out.extend_from_slice(&self.months.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INTERVAL
    }

    to_sql_checked!();
}
