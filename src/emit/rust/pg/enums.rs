/// Tells whether a type is this enum, or the text that its labels are.
pub fn is_enum(ty: &Type, name: &str) -> bool {
    match ty.kind() {
        Kind::Enum(_) => ty.name() == name,
        _ => *ty == Type::TEXT || *ty == Type::VARCHAR,
    }
}
