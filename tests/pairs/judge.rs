//! Whether two dumps are of the same schema: the corpora's own program says it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::support::{files, pg_dump};

/// Reads two paths a line and answers with the differences of the two dumps, as JSON in a line.
const PROGRAM: &str = "\
import sys, json
sys.path.insert(0, sys.argv[1])
import pgdump_equal as judge
for line in sys.stdin:
    left, right = (judge.parse_dump(open(path).read()) for path in line.rstrip('\\n').split('\\t'))
    found = judge.compare(left, right)
    print(json.dumps(['%s %s\\n%s' % (kind, ' '.join(key), text) for kind, key, text in found]), flush=True)
";

/// Who compares what `pg_dump` tells.
pub(super) struct Judge {
    folder: PathBuf,
    /// The corpora's program; where it is not at hand, `support::pg_dump` judges.
    program: Option<(Child, ChildStdin, BufReader<ChildStdout>)>,
}

impl Judge {
    /// Starts a judge that writes into a folder.
    pub(super) fn start(folder: &Path) -> Judge {
        let tools = files::root().join("../shared/tools");
        let start = || {
            let mut command = Command::new("python3");
            command.arg("-c").arg(PROGRAM).arg(&tools);
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().expect("python3 starts");
            let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
            (child, input, BufReader::new(output))
        };
        let program = tools.join("pgdump_equal.py").exists().then(start);
        Judge { folder: folder.to_owned(), program }
    }

    /// Returns what differs between two dumps, the order of columns aside.
    pub(super) fn differences(&mut self, left: &str, right: &str) -> Vec<String> {
        if left == right {
            return Vec::new();
        }
        let Some((_, input, output)) = &mut self.program else {
            return pg_dump::differences(&pg_dump::parse(left), &pg_dump::parse(right))
                .into_iter()
                .filter(|it| !is_of_order_only(it))
                .collect();
        };
        let paths = [self.folder.join("left.sql"), self.folder.join("right.sql")];
        fs::write(&paths[0], left).unwrap();
        fs::write(&paths[1], right).unwrap();
        writeln!(input, "{}\t{}", paths[0].display(), paths[1].display()).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).expect("the judge answers with a list of texts")
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        if let Some((mut child, input, output)) = self.program.take() {
            // It ends when there is nothing more to read.
            drop((input, output));
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Tells whether a difference has the same lines on both sides, but for commas.
fn is_of_order_only(difference: &str) -> bool {
    let side = |sign: char| {
        let lines = difference.lines().filter_map(|line| line.strip_prefix(sign));
        let mut lines: Vec<&str> = lines.map(|line| line.trim_end_matches(',')).collect();
        lines.sort_unstable();
        lines
    };
    difference.starts_with("TABLE ") && side('-') == side('+')
}
