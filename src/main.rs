//! t
fn main() {
    let mut s = schemac::source::Sources::default();
    for a in std::env::args().skip(1) {
        s.add(schemac::source::Source::new(a.clone(), std::fs::read_to_string(&a).unwrap()));
    }
    let t = std::time::Instant::now();
    let c = schemac::compile::compile(&s);
    eprintln!("compile {:?} objects {}", t.elapsed(), c.catalog.len());
    for d in c.diagnostics.iter().take(60) {
        report(d, &s);
    }
    let t = std::time::Instant::now();
    match schemac::plan::create(&c.catalog, &c.views, &c.origins) {
        Err(d) => {
            for d in d.iter() {
                report(d, &s)
            }
        }
        Ok(p) => {
            eprintln!("plan {:?}", t.elapsed());
            let t = std::time::Instant::now();
            let x = schemac::emit::sql::script(&p, Default::default());
            eprintln!("script {:?} {}", t.elapsed(), x.len());
            if x.len() < 100000 {
                println!("{x}");
            }
        }
    }
}
fn report(d: &schemac::diagnostic::Diagnostic, s: &schemac::source::Sources) {
    let mut out = String::new();
    miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
        .render_report(&mut out, &schemac::diagnostic::Rendered::new(d, s))
        .unwrap();
    eprintln!("{out}");
}
