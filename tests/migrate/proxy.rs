//! A line between schemac and a server that can be cut after any statement.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What becomes of a statement on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes to the server, and the reply comes back.
    Pass,
    /// It goes to the server; when the reply is there, the line is cut and nothing comes back.
    LoseReply,
    /// The line is cut before it gets to the server.
    LoseStatement,
    /// It goes to the server, and the line is cut at once: nobody waits for the reply.
    Abandon,
}

type Judge = dyn Fn(usize, &str) -> Fate + Send + Sync;

/// A line to a server's socket.
pub(crate) struct Proxy {
    port: u16,
    n_statements: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Opens a line; `judge` decides about each statement by its number, from 1, and its text.
    pub(crate) fn start(
        server: &str,
        judge: impl Fn(usize, &str) -> Fate + Send + Sync + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let socket = socket_of(server);
        let n_statements = Arc::new(AtomicUsize::new(0));
        let log = Arc::new(Mutex::new(Vec::new()));
        let judge: Arc<Judge> = Arc::new(judge);
        let (count, lines) = (Arc::clone(&n_statements), Arc::clone(&log));
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let line = Line {
                    client,
                    socket: socket.clone(),
                    judge: Arc::clone(&judge),
                    count: Arc::clone(&count),
                    log: Arc::clone(&lines),
                };
                // A line that is cut is what the test is about.
                thread::spawn(move || drop(line.run()));
            }
        });
        Proxy { port, n_statements, log }
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    pub(crate) fn n_statements(&self) -> usize {
        self.n_statements.load(Ordering::SeqCst)
    }

    /// Returns the statements that came, in order.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

/// Returns the path of the socket in a URL of the tests.
fn socket_of(url: &str) -> PathBuf {
    let directory = url.split_once("host=").unwrap().1.split('&').next().unwrap();
    let port = url.split_once("port=").map_or("5432", |(_, rest)| rest.split('&').next().unwrap());
    PathBuf::from(directory).join(format!(".s.PGSQL.{port}"))
}

struct Line {
    client: TcpStream,
    socket: PathBuf,
    judge: Arc<Judge>,
    count: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Line {
    /// Carries messages: what the client says goes to the server, and all that the server says up to its readiness back.
    fn run(mut self) -> io::Result<()> {
        let mut server = UnixStream::connect(&self.socket)?;
        server.write_all(&read_body(&mut self.client, Vec::new())?)?;
        let (reply, _) = replies(&mut server)?;
        self.client.write_all(&reply)?;
        loop {
            let mut kind = vec![0];
            self.client.read_exact(&mut kind)?;
            let is_query = kind == *b"Q";
            let message = read_body(&mut self.client, kind)?;
            if !is_query {
                server.write_all(&message)?;
                return Ok(());
            }
            let text = String::from_utf8_lossy(&message[5..message.len() - 1]).into_owned();
            let n = self.count.fetch_add(1, Ordering::SeqCst) + 1;
            self.log.lock().unwrap().push(text.clone());
            let fate = (self.judge)(n, &text);
            if fate == Fate::LoseStatement {
                return Ok(());
            }
            server.write_all(&message)?;
            if fate == Fate::Abandon {
                return Ok(());
            }
            let (reply, is_whole) = replies(&mut server)?;
            if fate == Fate::LoseReply {
                return Ok(());
            }
            self.client.write_all(&reply)?;
            if !is_whole {
                return Ok(());
            }
        }
    }
}

/// Reads the length of a message and what follows, behind what is read already.
fn read_body(from: &mut impl Read, mut message: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    message.extend(length);
    let rest = u32::from_be_bytes(length) as usize - 4;
    let start = message.len();
    message.resize(start + rest, 0);
    from.read_exact(&mut message[start..])?;
    Ok(message)
}

/// Reads messages of the server up to its readiness; where it goes away first, what it said until then.
fn replies(server: &mut UnixStream) -> io::Result<(Vec<u8>, bool)> {
    let mut all = Vec::new();
    loop {
        let mut kind = vec![0];
        if server.read_exact(&mut kind).is_err() {
            return Ok((all, false));
        }
        let is_ready = kind == *b"Z";
        all.extend(read_body(server, kind)?);
        if is_ready {
            return Ok((all, true));
        }
    }
}
