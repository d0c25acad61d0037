/// A `money`: a number of the smallest units of the currency that the server's `lc_monetary` says.
DERIVE(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)
pub struct Money(pub i64);

impl<'a> FromSql<'a> for Money {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        Ok(Money(i64::from_be_bytes(take(&mut raw)?)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MONEY
    }
}

impl ToSql for Money {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&self.0.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MONEY
    }

    to_sql_checked!();
}
