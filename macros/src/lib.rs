//! `schemac::migrate!("migrations")`: puts a directory of migrations into a program.
//!
//! A macro of rules can't list a directory, and a build script would be one more thing to set up. This reads the names and leaves the
//! texts to `include_str!`, which has cargo build anew where one of them changes; `schema.lock`, which changes with each migration
//! that is generated, is among them. It needs no other crate.

#![expect(clippy::disallowed_methods, reason = "a directory is read while a program is compiled")]

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro::{Literal, TokenStream, TokenTree};

/// Puts a directory of migrations into the program, and gives a `Migrator` of it.
///
/// The path is relative to `Cargo.toml`; without one it is `migrations`.
#[proc_macro]
pub fn migrate(input: TokenStream) -> TokenStream {
    match directory(input).and_then(|path| expansion(&path)) {
        Ok(code) => code.parse().unwrap_or_default(),
        Err(message) => {
            let message = Literal::string(&format!("schemac::migrate!: {message}"));
            format!("compile_error!({message})").parse().unwrap_or_default()
        }
    }
}

/// Returns the directory that is named.
fn directory(input: TokenStream) -> Result<PathBuf, String> {
    let root =
        std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names no directory of the crate")?;
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let wrong = || {
        "write the path of the directory as a plain string: `migrate!(\"migrations\")`".to_owned()
    };
    let named = match tokens.as_slice() {
        [] => "migrations".to_owned(),
        [TokenTree::Literal(literal)] => {
            let text = literal.to_string();
            let inner = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            inner.filter(|it| !it.contains('\\')).ok_or_else(wrong)?.to_owned()
        }
        _ => return Err(wrong()),
    };
    Ok(Path::new(&root).join(named))
}

fn expansion(directory: &Path) -> Result<String, String> {
    let entries = fs::read_dir(directory)
        .map_err(|error| format!("{} can't be read: {error}", directory.display()))?;
    let mut labels = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", directory.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') {
            labels.push(name);
        }
    }
    labels.sort();
    let mut migrations = String::new();
    for label in &labels {
        let [up, down] = ["up.sql", "down.sql"].map(|file| directory.join(label).join(file));
        if !up.is_file() {
            return Err(format!("the migration `{label}` has no `up.sql`"));
        }
        let (label, up, down) = (Literal::string(label), included(&up), optional(&down));
        migrations.push_str(&format!("({label}, {up}, {down}),"));
    }
    let lock = optional(&directory.join("schema.lock"));
    Ok(format!("::schemac::migrate::migrator::Migrator::embedded(&[{migrations}], {lock})"))
}

fn included(path: &Path) -> String {
    format!("include_str!({})", Literal::string(&path.to_string_lossy()))
}

fn optional(path: &Path) -> String {
    if path.is_file() { format!("Some({})", included(path)) } else { "None".to_owned() }
}
