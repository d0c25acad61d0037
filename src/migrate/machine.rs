//! The runner without its input and output: it says what it needs, and goes on with what it is given.
//!
//! What is to be done is written as asynchronous functions over `Io`. Nothing waits in them but for replies, so no runtime is
//! needed: [`Machine::turn`] takes a reply in and runs them up to the next request. Each driver (a client that blocks, one that
//! does not, the command line) is then a loop of a few lines, and all behave alike.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::event::Event;

/// What a driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Run SQL on the connection, as one simple query, and give back the rows of all of its statements.
    Run(String),
    /// Run SQL on another connection to the same database, which is closed afterwards.
    Aside(String),
    /// Wait.
    Sleep(Duration),
    /// Replace the connection, which is lost, by another one to the same database.
    Reconnect,
    /// Tell whoever looks on.
    Tell(Event),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The rows.
    Rows(Vec<Row>),
    /// PostgreSQL refused the statement.
    Refused(Refusal),
    /// There is no connection any more, or none can be made; and why.
    Lost(String),
    /// It is done: slept, told, reconnected.
    Done,
    /// This driver can't do that.
    Impossible,
}

/// The values of a row, as text.
pub type Row = Vec<Option<String>>;

/// What PostgreSQL says about a statement that it refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the manual has them: Error and Notice Message Fields")]
pub struct Refusal {
    pub sqlstate: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// In the text that was sent: characters, from 1.
    pub position: Option<usize>,
}

/// Why no rows came.
#[derive(Debug)]
pub(super) enum Trouble {
    Refused(Refusal),
    Lost(String),
}

/// What comes of a turn.
#[derive(Debug)]
pub enum Turn<T> {
    /// Something is to be done first.
    Ask(Request),
    /// This is the end.
    End(T),
}

/// Work that stops wherever it needs something.
pub struct Machine<T> {
    work: Pin<Box<dyn Future<Output = T> + Send>>,
    io: Io,
}

/// The way of the work to whoever drives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Io(Arc<Mutex<Slot>>);

#[derive(Debug, Default)]
struct Slot {
    request: Option<Request>,
    reply: Option<Reply>,
    /// How long the work goes on already.
    now: Duration,
    /// Where the random numbers are.
    random: u64,
}

impl<T> Machine<T> {
    /// Makes a machine. The seed makes waiting times differ between processes.
    pub(super) fn new<F>(seed: u64, work: impl FnOnce(Io) -> F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let io = Io::default();
        io.slot().random = seed | 1;
        Machine { work: Box::pin(work(io.clone())), io }
    }

    /// Goes on with a reply, up to the next request. The first turn has no reply; the time is that since then.
    pub fn turn(&mut self, reply: Option<Reply>, now: Duration) -> Turn<T> {
        {
            let mut slot = self.io.slot();
            slot.reply = reply;
            slot.now = now;
        }
        match self.work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(end) => Turn::End(end),
            Poll::Pending => {
                let request = self.io.slot().request.take();
                Turn::Ask(request.unwrap_or(Request::Sleep(Duration::ZERO)))
            }
        }
    }
}

impl<T> std::fmt::Debug for Machine<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("io", &self.io).finish_non_exhaustive()
    }
}

impl Io {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for something and waits for the reply.
    pub(super) async fn ask(&self, request: Request) -> Reply {
        self.slot().request = Some(request);
        poll_fn(|_| self.slot().reply.take().map_or(Poll::Pending, Poll::Ready)).await
    }

    /// Runs SQL. An error after which there is no session is the loss of the connection.
    pub(super) async fn sql(&self, sql: impl Into<String>) -> Result<Vec<Row>, Trouble> {
        rows(self.ask(Request::Run(sql.into())).await)
    }

    /// Runs SQL on another connection; `None` where the driver has none.
    pub(super) async fn aside(&self, sql: &str) -> Option<Result<Vec<Row>, Trouble>> {
        match self.ask(Request::Aside(sql.to_owned())).await {
            Reply::Impossible => None,
            reply @ (Reply::Rows(_) | Reply::Refused(_) | Reply::Lost(_) | Reply::Done) => {
                Some(rows(reply))
            }
        }
    }

    /// Waits about so long: between half of it and one and a half.
    pub(super) async fn nap(&self, about: Duration) {
        let share = self.random_percent();
        self.ask(Request::Sleep(about / 2 + about * share / 100)).await;
    }

    pub(super) async fn tell(&self, event: Event) {
        self.ask(Request::Tell(event)).await;
    }

    /// Returns how long the work goes on already.
    pub(super) fn now(&self) -> Duration {
        self.slot().now
    }

    /// Returns a number from 0 to 100 (xorshift).
    fn random_percent(&self) -> u32 {
        let mut slot = self.slot();
        let mut x = slot.random;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        slot.random = x;
        u32::try_from((x >> 32) % 101).unwrap_or(0)
    }
}

fn rows(reply: Reply) -> Result<Vec<Row>, Trouble> {
    match reply {
        Reply::Rows(rows) => Ok(rows),
        Reply::Done => Ok(Vec::new()),
        Reply::Lost(why) => Err(Trouble::Lost(why)),
        Reply::Impossible => Err(Trouble::Lost("there is no connection".to_owned())),
        Reply::Refused(refusal) if ends_session(&refusal.sqlstate) => {
            Err(Trouble::Lost(format!("{} (SQLSTATE {})", refusal.message, refusal.sqlstate)))
        }
        Reply::Refused(refusal) => Err(Trouble::Refused(refusal)),
    }
}

/// Tells whether there is no session after an error: the server stops, somebody ended the session, the line is broken.
fn ends_session(sqlstate: &str) -> bool {
    ["57P01", "57P02", "57P03", "57P05", "25P03"].contains(&sqlstate) || sqlstate.starts_with("08")
}

#[test]
fn it_stops_at_each_request_and_goes_on_with_the_reply() {
    let mut machine = Machine::new(7, |io| async move {
        let rows = io.sql("SELECT 1").await.unwrap();
        io.nap(Duration::from_secs(2)).await;
        (rows, io.now())
    });
    let Turn::Ask(request) = machine.turn(None, Duration::ZERO) else { panic!("it asks") };
    assert_eq!(request, Request::Run("SELECT 1".to_owned()));
    let rows = vec![vec![Some("1".to_owned())]];
    let asked = machine.turn(Some(Reply::Rows(rows.clone())), Duration::ZERO);
    let Turn::Ask(Request::Sleep(time)) = asked else { panic!("it waits") };
    assert!((1..=3).contains(&time.as_secs()), "{time:?}");
    let end = machine.turn(Some(Reply::Done), time);
    assert!(matches!(end, Turn::End((found, now)) if found == rows && now == time));
}
