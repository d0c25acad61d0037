/// A multirange: ranges that neither overlap nor touch, in order.
DERIVE(Clone, Debug, PartialEq, Eq, Hash)
pub struct Multirange<T>(pub Vec<Range<T>>);

impl<'a, T: FromSql<'a>> FromSql<'a> for Multirange<T> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let count = u32::from_be_bytes(take(&mut raw)?);
        let mut ranges = Vec::new();
        for _ in 0..count {
            let range = take_value(&mut raw)?.ok_or("a multirange holds no NULL")?;
            ranges.push(range_from_sql(bound_type(ty), range)?);
        }
        Ok(Multirange(ranges))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Multirange(inner) if T::accepts(inner))
    }
}

impl<T: ToSql> ToSql for Multirange<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        out.extend_from_slice(&i32::try_from(self.0.len())?.to_be_bytes());
        for range in &self.0 {
            let start = out.len();
            out.extend_from_slice(&[0; 4]);
            range_to_sql(range, bound_type(ty), out)?;
            let length = i32::try_from(out.len() - start - 4)?;
            if let Some(place) = out.get_mut(start..start + 4) {
                place.copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Multirange(inner) if T::accepts(inner))
    }

    to_sql_checked!();
}
