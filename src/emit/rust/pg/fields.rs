/// Tells whether a type is this composite type.
pub fn is_composite(ty: &Type, name: &str) -> bool {
    matches!(ty.kind(), Kind::Composite(_)) && ty.name() == name
}

fn attributes(ty: &Type, count: usize) -> Read<std::slice::Iter<'_, CLIENT::types::Field>> {
    match ty.kind() {
        Kind::Composite(fields) if fields.len() == count => Ok(fields.iter()),
        _ => Err(format!("{} is no composite type of {count} attributes", ty.name()).into()),
    }
}

/// Reads the attributes of a composite value, one after the other.
pub struct Fields<'t, 'a> {
    types: std::slice::Iter<'t, CLIENT::types::Field>,
    raw: &'a [u8],
}

impl<'t, 'a> Fields<'t, 'a> {
    /// Starts with the first of so many attributes.
    pub fn new(ty: &'t Type, count: usize, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let types = attributes(ty, count)?;
        take::<4>(&mut raw)?;
        Ok(Fields { types, raw })
    }

    /// Reads an attribute.
    pub fn read<T: FromSql<'a>>(&mut self) -> Read<T> {
        let field = self.types.next().ok_or("there is no further attribute")?;
        if !T::accepts(field.type_()) {
            return Err(format!("the attribute {} has another type", field.name()).into());
        }
        take::<4>(&mut self.raw)?;
        T::from_sql_nullable(field.type_(), take_value(&mut self.raw)?)
    }
}

/// Writes the attributes of a composite value, one after the other.
pub struct FieldsMut<'t, 'o> {
    types: std::slice::Iter<'t, CLIENT::types::Field>,
    out: &'o mut BytesMut,
}

impl<'t, 'o> FieldsMut<'t, 'o> {
    /// Starts with the first of so many attributes.
    pub fn new(ty: &'t Type, count: usize, out: &'o mut BytesMut) -> Read<Self> {
        let types = attributes(ty, count)?;
        out.extend_from_slice(&i32::try_from(count)?.to_be_bytes());
        Ok(FieldsMut { types, out })
    }

    /// Writes an attribute.
    pub fn write<T: ToSql>(&mut self, value: &T) -> Read<()> {
        let field = self.types.next().ok_or("there is no further attribute")?;
        if !T::accepts(field.type_()) {
            return Err(format!("the attribute {} has another type", field.name()).into());
        }
        self.out.extend_from_slice(&field.type_().oid().to_be_bytes());
        put_value(value, field.type_(), self.out)?;
        Ok(())
    }
}
