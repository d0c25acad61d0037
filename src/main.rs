//! t
fn main() {
    let mut s = schemac::source::Sources::default();
    for a in std::env::args().skip(1) { s.add(schemac::source::Source::new(a.clone(), std::fs::read_to_string(&a).unwrap())); }
    let t = std::time::Instant::now();
    let (asts, d) = schemac::syntax::parse(&s);
    eprintln!("{:?} items {}", t.elapsed(), asts.iter().map(|a| a.items.len()).sum::<usize>());
    for d in d.iter().take(30) { println!("{:?}", miette_report(d, &s)); }
}
fn miette_report(d: &schemac::diagnostic::Diagnostic, s: &schemac::source::Sources) -> String {
    let mut out = String::new();
    miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor()).render_report(&mut out, &schemac::diagnostic::Rendered::new(d, s)).unwrap();
    println!("{out}"); String::new()
}
