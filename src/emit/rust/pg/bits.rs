/// A `bit` or `bit varying`: its bits from left to right.
DERIVE(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)
pub struct Bits(pub Vec<bool>);

impl<'a> FromSql<'a> for Bits {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let count = usize::try_from(i32::from_be_bytes(take(&mut raw)?))?;
        let bits = raw.iter().flat_map(|byte| (0..8).map(move |n| byte << n & 128 != 0));
        Ok(Bits(bits.take(count).collect()))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BIT || *ty == Type::VARBIT
    }
}

impl ToSql for Bits {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&i32::try_from(self.0.len())?.to_be_bytes());
        for bits in self.0.chunks(8) {
            let byte = (bits.iter().zip(0..)).fold(0, |byte, (bit, n)| byte | u8::from(*bit) << (7 - n));
            out.extend_from_slice(&[byte]);
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::BIT || *ty == Type::VARBIT
    }

    to_sql_checked!();
}
