/// A range.
DERIVE(Clone, Copy, Debug, PartialEq, Eq, Hash)
pub enum Range<T> {
    /// The range that holds nothing.
    Empty,
    /// From a lower to an upper bound.
    Bounds(std::ops::Bound<T>, std::ops::Bound<T>),
}

impl<T> From<std::ops::Range<T>> for Range<T> {
    fn from(range: std::ops::Range<T>) -> Self {
        Range::Bounds(
            std::ops::Bound::Included(range.start),
            std::ops::Bound::Excluded(range.end),
        )
    }
}

fn bound_type(ty: &Type) -> &Type {
    match base(ty).kind() {
        Kind::Range(inner) | Kind::Multirange(inner) => inner,
        _ => ty,
    }
}

fn take_bound<'a, T: FromSql<'a>>(
    flags: u8,
    [included, infinite]: [u8; 2],
    ty: &Type,
    raw: &mut &'a [u8],
) -> Read<std::ops::Bound<T>> {
    if flags & infinite != 0 {
        return Ok(std::ops::Bound::Unbounded);
    }
    let value = T::from_sql_nullable(ty, take_value(raw)?)?;
    Ok(match flags & included {
        0 => std::ops::Bound::Excluded(value),
        _ => std::ops::Bound::Included(value),
    })
}

fn range_from_sql<'a, T: FromSql<'a>>(bound: &Type, raw: &'a [u8]) -> Read<Range<T>> {
    let mut raw = raw;
    let [flags] = take(&mut raw)?;
    if flags & 1 != 0 {
        return Ok(Range::Empty);
    }
    let lower = take_bound(flags, [2, 8], bound, &mut raw)?;
    Ok(Range::Bounds(
        lower,
        take_bound(flags, [4, 16], bound, &mut raw)?,
    ))
}

fn range_to_sql<T: ToSql>(range: &Range<T>, bound: &Type, out: &mut BytesMut) -> Written {
    let Range::Bounds(lower, upper) = range else {
        out.extend_from_slice(&[1]);
        return Ok(IsNull::No);
    };
    let flag = |it: &std::ops::Bound<T>, included: u8, infinite: u8| match it {
        std::ops::Bound::Included(_) => included,
        std::ops::Bound::Excluded(_) => 0,
        std::ops::Bound::Unbounded => infinite,
    };
    out.extend_from_slice(&[flag(lower, 2, 8) | flag(upper, 4, 16)]);
    for it in [lower, upper] {
        if let std::ops::Bound::Included(value) | std::ops::Bound::Excluded(value) = it {
            put_value(value, bound, out)?;
        }
    }
    Ok(IsNull::No)
}

impl<'a, T: FromSql<'a>> FromSql<'a> for Range<T> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
        range_from_sql(bound_type(ty), raw)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Range(inner) if T::accepts(inner))
    }
}

impl<T: ToSql> ToSql for Range<T> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        range_to_sql(self, bound_type(ty), out)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Range(inner) if T::accepts(inner))
    }

    to_sql_checked!();
}
