//! Carries alerts out, a thread for each way: a mail server that stalls holds up mail and nothing else, least of all an
//! airing.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::airing::LogHead;
use crate::alerts::{Message, News, Outbox, Sender, Tell};
use crate::clock;
use crate::problem::Text;
use crate::station::{Pace, Way};

mod kept;
mod mail;
mod ways;

pub use ways::send;

/// What may wait for a thread that is just sending.
const MOST_QUEUED: usize = 1024;
/// A thread with nothing to do looks at its clock at least this often.
const IDLE: Duration = Duration::from_secs(60);

enum Order {
    Tell(Tell, Option<LogHead>),
    Change(Box<Route>),
}

/// A way, whose alerts go on it and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The way.
    pub way: Way,
    /// How often.
    pub pace: Pace,
    /// Whose alerts they are.
    pub sender: Sender,
    /// Where commands run, and what relative paths of secrets begin at.
    pub home: PathBuf,
}

/// How a way does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// News that have not arrived.
    pub waiting: usize,
    /// Since when it fails, and why it failed last.
    pub failing: Option<(Timestamp, Text)>,
}

/// One way and its thread. Dropped, what waits is tried once more, and nobody waits for that.
#[derive(Debug)]
pub struct Courier {
    route: Route,
    orders: SyncSender<Order>,
    standing: Arc<Mutex<Standing>>,
    over: Receiver<()>,
}

impl Courier {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's, if it gives none.
    pub fn start(route: Route) -> std::io::Result<Courier> {
        let (orders, inbox) = sync_channel(MOST_QUEUED);
        let (end, over) = channel();
        let standing = Arc::new(Mutex::new(Standing::default()));
        let mut outbox = Outbox::new(route.pace);
        outbox.keep_to(kept::wait_left(&route.home, route.way.code()), clock::awake_or_asleep_ms());
        let rider = Rider { outbox, route: route.clone(), head: None, standing: standing.clone() };
        std::thread::Builder::new().name(format!("alert-{}", route.way.code())).spawn(move || {
            rider.run(&inbox);
            drop(end);
        })?;
        Ok(Courier { route, orders, standing, over })
    }

    /// The key of `[alerts]` that holds its way.
    pub fn code(&self) -> &'static str {
        self.route.way.code()
    }

    /// Has it tell this, in its time, with the log's head of now. Never waits.
    pub fn tell(&self, tell: Tell, head: Option<LogHead>) {
        self.order(Order::Tell(tell, head));
    }

    /// From now on like this; what waits goes the new way.
    pub fn change(&mut self, route: Route) {
        if self.route != route {
            self.route = route.clone();
            self.order(Order::Change(Box::new(route)));
        }
    }

    fn order(&self, order: Order) {
        if let Err(TrySendError::Full(_)) = self.orders.try_send(order) {
            tracing::error!(way = self.code(), "more alerts than can wait: one is lost");
        }
    }

    /// How it does.
    pub fn standing(&self) -> Standing {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tries what waits once more, and ends. What comes back ends when that has.
    pub fn finish(self) -> Receiver<()> {
        self.over
    }
}

struct Rider {
    route: Route,
    /// The log's, when last something was told.
    head: Option<LogHead>,
    outbox: Outbox,
    standing: Arc<Mutex<Standing>>,
}

impl Rider {
    fn run(mut self, inbox: &Receiver<Order>) {
        loop {
            let now_ms = clock::awake_or_asleep_ms();
            let wait = self.outbox.due_in_ms(now_ms).map_or(IDLE, Duration::from_millis).min(IDLE);
            match inbox.recv_timeout(wait) {
                Ok(order) => {
                    self.obey(order);
                    // All that has come, before anything is sent.
                    while let Ok(order) = inbox.try_recv() {
                        self.obey(order);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return self.send_the_rest();
                }
            }
            self.send_what_is_due();
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Tell(tell, head) => {
                self.head = head.or(self.head.take());
                self.outbox.take(tell, clock::awake_or_asleep_ms());
            }
            Order::Change(route) => {
                self.outbox.set_pace(route.pace);
                self.route = *route;
            }
        }
        self.stand(|_| {});
    }

    fn send_the_rest(&mut self) {
        let Some(message) = self.outbox.rest().map(|(news, dropped)| self.message(news, dropped)) else { return };
        match send(&self.route, &message) {
            Ok(()) => self.sent(),
            Err(why) => tracing::error!(way = self.route.way.code(), "the last alert cannot be sent: {}", why.en),
        }
    }

    fn sent(&mut self) {
        let now_ms = clock::awake_or_asleep_ms();
        self.outbox.sent(now_ms);
        kept::keep(&self.route.home, self.route.way.code(), self.outbox.wait(now_ms));
    }

    fn send_what_is_due(&mut self) {
        let now_ms = clock::awake_or_asleep_ms();
        let Some((news, dropped)) = self.outbox.due(now_ms).map(|(news, dropped)| (news.to_vec(), dropped)) else {
            return;
        };
        let message = self.message(&news, dropped);
        let way = self.route.way.code();
        match send(&self.route, &message) {
            Ok(()) => {
                self.sent();
                tracing::info!(way, news = news.len(), "alert sent");
                self.stand(|standing| standing.failing = None);
            }
            Err(why) => {
                tracing::error!(way, news = news.len(), "the alert cannot be sent: {}", why.en);
                self.outbox.failed(clock::awake_or_asleep_ms());
                self.stand(|standing| {
                    let since = standing.failing.take().map_or_else(clock::now, |(since, _)| since);
                    standing.failing = Some((since, why));
                });
            }
        }
    }

    fn message(&self, news: &[News], dropped: u64) -> Message {
        Message::of(news, dropped, self.head.as_ref(), &self.route.sender)
    }

    fn stand(&self, change: impl FnOnce(&mut Standing)) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.waiting = self.outbox.waiting();
        change(&mut standing);
    }
}
