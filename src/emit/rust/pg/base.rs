pub use CLIENT::types::private::BytesMut;

pub use CLIENT::types::to_sql_checked;

pub use CLIENT::types::{FromSql, IsNull, Kind, ToSql, Type};

pub use CLIENT::{Error, Row};

/// What reading a value gives.
pub type Read<T> = Result<T, Box<dyn std::error::Error + Sync + Send>>;

/// What writing a value gives.
pub type Written = Read<IsNull>;

/// Returns the type that a domain narrows, else the type itself.
pub fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

/// Reads a value, that of a domain as one of the type it narrows.
pub fn read<'a, T: FromSql<'a>>(ty: &Type, raw: &'a [u8]) -> Read<T> {
    T::from_sql(base(ty), raw)
}

/// Tells whether values of a type can be read.
pub fn reads<'a, T: FromSql<'a>>(ty: &Type) -> bool {
    T::accepts(base(ty))
}

/// Writes a value, that of a domain as one of the type it narrows.
pub fn write<T: ToSql>(value: &T, ty: &Type, out: &mut BytesMut) -> Written {
    value.to_sql(base(ty), out)
}

/// Tells whether values of a type can be written.
pub fn writes<T: ToSql>(ty: &Type) -> bool {
    T::accepts(base(ty))
}

/// Takes the first bytes.
fn take<const N: usize>(raw: &mut &[u8]) -> Read<[u8; N]> {
    let (head, rest) = raw.split_first_chunk::<N>().ok_or("the value is too short")?;
    *raw = rest;
    Ok(*head)
}

/// Takes a value after its length; `None` for NULL.
fn take_value<'a>(raw: &mut &'a [u8]) -> Read<Option<&'a [u8]>> {
    let length = i32::from_be_bytes(take(raw)?);
    let Ok(length) = usize::try_from(length) else {
        return Ok(None);
    };
    let (value, rest) = raw.split_at_checked(length).ok_or("the value is too short")?;
    *raw = rest;
    Ok(Some(value))
}

/// Writes a value after its length.
fn put_value<T: ToSql>(value: &T, ty: &Type, out: &mut BytesMut) -> Written {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let length = match value.to_sql(ty, out)? {
        IsNull::Yes => -1,
        IsNull::No => i32::try_from(out.len() - start - 4)?,
    };
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
    Ok(IsNull::No)
}
