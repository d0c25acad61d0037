/// An `xml` document or fragment, as text.
DERIVE(Clone, Debug, Default, PartialEq, Eq, Hash)
pub struct Xml(pub String);

impl<'a> FromSql<'a> for Xml {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        Ok(Xml(std::str::from_utf8(raw)?.to_owned()))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::XML
    }
}

impl ToSql for Xml {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::XML
    }

    to_sql_checked!();
}
