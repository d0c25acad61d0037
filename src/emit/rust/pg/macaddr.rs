/// A `macaddr`.
DERIVE(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)
pub struct MacAddr(pub [u8; 6]);

impl<'a> FromSql<'a> for MacAddr {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        Ok(MacAddr(take(&mut raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MACADDR
    }
}

impl ToSql for MacAddr {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::MACADDR
    }

    to_sql_checked!();
}
