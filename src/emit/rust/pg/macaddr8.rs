/// A `macaddr8`.
DERIVE(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)
pub struct MacAddr8(pub [u8; 8]);

impl<'a> FromSql<'a> for MacAddr8 {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        Ok(MacAddr8(take(&mut raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MACADDR8
    }
}

impl ToSql for MacAddr8 {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MACADDR8
    }

    to_sql_checked!();
}
