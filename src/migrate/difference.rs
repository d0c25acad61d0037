//! How two texts differ, line by line: enough to see what somebody changed.

/// The most lines that are shown of each text.
const MOST: usize = 20;

/// Returns the lines that differ, those of the first text with `-` and those of the second with `+`.
pub(super) fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let before = old.iter().zip(&new).take_while(same).count();
    let (rest, other) = (old.get(before..).unwrap_or(&[]), new.get(before..).unwrap_or(&[]));
    let after = rest.iter().rev().zip(other.iter().rev()).take_while(same).count();
    let middle = |lines: &[&str], sign: char| {
        let lines = lines.get(..lines.len() - after).unwrap_or(&[]);
        let shown = lines.iter().take(MOST).map(|line| format!("{sign} {line}\n"));
        let left = lines.len().saturating_sub(MOST);
        let more = (0 < left).then(|| format!("{sign} … and {left} more lines\n"));
        shown.chain(more).collect::<String>()
    };
    let shown = middle(rest, '-') + &middle(other, '+');
    if shown.is_empty() {
        return "  (only line ends differ)".to_owned();
    }
    format!("@ line {}\n{}", before + 1, shown.trim_end())
}

#[test]
fn what_is_the_same_at_both_ends_is_left_out() {
    assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "@ line 2\n- b\n+ x\n+ y");
    assert_eq!(difference("a\n", "a\nb\n"), "@ line 2\n+ b");
    assert_eq!(difference("a\n", "a\r\n"), "  (only line ends differ)");
    let many: String = (0..30).map(|n| format!("{n}\n")).collect();
    assert!(difference(&many, "").ends_with("- … and 10 more lines"));
}
