//! Figures for a monitoring system, on this machine's own address: `/metrics` in `OpenMetrics`'
//! text form, `/healthz` for a plain yes or no. Nothing of a sender, a subject or a person.
//!
//! Each request reads the register on a connection of its own, so that no scrape holds up the
//! engine.

use super::credentials::tokens;
use super::shared::Shared;
use super::standby_status::StandbyStatus;
use crate::config::Config;
use crate::domain::blind::Sight;
use crate::lease::Leave;
use crate::oauth::expiry;
use crate::ports::Clock;
use crate::store::{Access, Db, Store, StoreError};
use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Requests that are answered at a time; more wait.
pub const AT_A_TIME: usize = 2;
/// Longest that one connection may stay.
pub const LONGEST: Duration = Duration::from_secs(30);
/// An address that is in use is tried again after this.
const BIND_AGAIN: Duration = Duration::from_mins(1);
/// A mailbox that was not read for this long is not well.
pub const UNREAD: chrono::Duration = chrono::Duration::minutes(30);

const PLAIN: &str = "text/plain; charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Figures = Family<Vec<(String, String)>, Gauge<f64, AtomicU64>>;

/// Serves until the stop. Monitoring that cannot be served never keeps the service from its work.
pub(super) async fn run(shared: Arc<Shared>, address: SocketAddr) {
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut stop = shared.stop.clone();
    while !shared.is_stopping() {
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => {
                if shared
                    .repeats
                    .tells("metrics", &error.to_string(), Instant::now())
                    .is_some()
                {
                    tracing::error!(%address, %error, "figures cannot be served");
                }
                shared.sleep(BIND_AGAIN).await;
                continue;
            }
        };
        loop {
            tokio::select! {
                taken = listener.accept() => {
                    let Ok((stream, _)) = taken else { break };
                    tokio::spawn(tokio::time::timeout(LONGEST, serve(stream, Arc::clone(&shared), Arc::clone(&turns))));
                }
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// Serves what a host says that waits for the lease.
pub(super) async fn standby(status: Arc<StandbyStatus>, address: SocketAddr) {
    loop {
        let Ok(listener) = TcpListener::bind(address).await else {
            // Told when this host leads.
            tokio::time::sleep(BIND_AGAIN).await;
            continue;
        };
        while let Ok((stream, _)) = listener.accept().await {
            let status = Arc::clone(&status);
            let serving = converse(stream, move |path| {
                std::future::ready(of_standby(&status, &path))
            });
            tokio::spawn(tokio::time::timeout(LONGEST, serving));
        }
    }
}

fn of_standby(status: &StandbyStatus, path: &str) -> Response<Full<Bytes>> {
    let (text, is_well) = status.now();
    let (status, kind, text) = match path {
        "/metrics" => {
            let mut page = Page::new();
            page.single("leading", LEADING, 0.0);
            match page.text() {
                Ok(text) => (StatusCode::OK, OPEN_METRICS, text),
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{error}\n")),
            }
        }
        "/healthz" if is_well => (StatusCode::OK, PLAIN, format!("{text}\n")),
        "/healthz" => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{text}\n")),
        _ => nowhere(),
    };
    response(status, kind, text)
}

/// The figure of whether this host leads, where several share a promise.
const LEADING: &str = "Whether this host leads";

fn nowhere() -> (StatusCode, &'static str, String) {
    (
        StatusCode::NOT_FOUND,
        PLAIN,
        "/metrics or /healthz\n".to_owned(),
    )
}

async fn serve(stream: TcpStream, shared: Arc<Shared>, turns: Arc<Semaphore>) {
    converse(stream, move |path| {
        let (shared, turns) = (Arc::clone(&shared), Arc::clone(&turns));
        async move {
            let _turn = turns.acquire().await;
            answer(&shared, &path).await
        }
    })
    .await;
}

async fn converse<F: Future<Output = Response<Full<Bytes>>>>(
    stream: TcpStream,
    answer: impl Fn(String) -> F,
) {
    let answering = service_fn(|request: Request<Incoming>| {
        let answering = answer(request.uri().path().to_owned());
        async move { Ok::<_, Infallible>(answering.await) }
    });
    // A client that goes away in the middle is its own affair.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answering)
        .await;
}

async fn answer(shared: &Shared, path: &str) -> Response<Full<Bytes>> {
    let (status, kind, text) = match path {
        "/metrics" => match metrics(shared).await {
            Ok(text) => (StatusCode::OK, OPEN_METRICS, text),
            Err(error) => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, format!("{error}\n")),
        },
        "/healthz" => {
            let unwell = unwell(shared).await;
            let status = if unwell.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            (
                status,
                PLAIN,
                if unwell.is_empty() {
                    "ok\n".to_owned()
                } else {
                    unwell
                },
            )
        }
        _ => nowhere(),
    };
    response(status, kind, text)
}

fn response(status: StatusCode, kind: &str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

/// What fails now, a line each.
async fn unwell(shared: &Shared) -> String {
    let mut lines = String::new();
    for (subject, since) in shared.health().failing() {
        let _ = writeln!(lines, "{subject} since {since}");
    }
    let now = shared.clock.now();
    let names: Vec<String> = shared
        .config
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.name.clone())
        .collect();
    let read = shared.engine.step(move |engine| {
        let last = |name: &String| engine.db().last_reading(name, Sight::Answers);
        names
            .iter()
            .map(|name| Ok((name.clone(), last(name)?)))
            .collect::<Result<Vec<_>, StoreError>>()
    });
    match read.await {
        Ok(read) => {
            for (name, last) in read {
                if last.is_none_or(|last| now - last > UNREAD) {
                    let _ = writeln!(lines, "{name} was not read of late");
                }
            }
        }
        Err(error) => {
            let _ = writeln!(lines, "{error}");
        }
    }
    lines
}

async fn metrics(shared: &Shared) -> Result<String, String> {
    let (config, now) = (Arc::clone(&shared.config), shared.clock.now());
    let failing = shared.health().failing().len();
    let (certificates, leave) = (shared.certificates(), shared.leave.clone());
    let reading = tokio::task::spawn_blocking(move || {
        let mut store = Store::open(&config.service.database, Access::Reader)?;
        store.read(|db| {
            Ok(page(
                &config,
                db,
                now,
                (failing, leave.as_ref()),
                &certificates,
            ))
        })?
    });
    reading
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
}

/// A page of figures.
fn page(
    config: &Config,
    db: &Db<'_>,
    now: DateTime<Utc>,
    (failing, leave): (usize, Option<&Leave>),
    certificates: &[(String, DateTime<Utc>)],
) -> Result<String, StoreError> {
    let mut page = Page::new();
    if let Some(leave) = leave {
        page.of_lease(leave);
    }
    page.of_register(db, now)?;
    page.of_mailboxes(config, db, now)?;
    page.of_ends(config, now, certificates);
    #[expect(clippy::cast_precision_loss, reason = "an estimate will do")]
    let single = [
        ("troubles", "Troubles that last", failing as f64),
        ("database_bytes", "Size of the register", db.size()? as f64),
    ];
    for (name, help, value) in single {
        page.single(name, help, value);
    }
    page.text()
        .map_err(|error| StoreError::Defect(format!("figures: {error}")))
}

struct Page(Registry);

impl Page {
    /// With what every page has.
    fn new() -> Self {
        let mut page = Self(Registry::with_prefix("servicelofte"));
        // A gauge that is always 1: readers of the older text form know no type of its own for it.
        let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        page.figures("build_info", "The program", std::iter::once((version, 1.0)));
        page
    }

    fn of_lease(&mut self, leave: &Leave) {
        self.single("leading", LEADING, f64::from(u8::from(leave.holds())));
        #[expect(clippy::cast_precision_loss, reason = "etcd counts its writes")]
        self.single(
            "generation",
            "The generation of the lease",
            leave.generation() as f64,
        );
    }

    fn of_register(&mut self, db: &Db<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.counts(
            "items",
            "Items by state",
            &["mailbox", "pledge", "state"],
            db.items_by_state()?,
        );
        self.counts(
            "mails",
            "Mails by how far they have come",
            &["mailbox", "kind", "state"],
            db.mails_by_state()?,
        );
        self.counts(
            "alarms",
            "Alarms that have left",
            &["kind", "told"],
            db.alarms_by_kind()?,
        );
        self.ages(
            "oldest_open_age_seconds",
            "Age of the oldest item that waits for an answer",
            now,
            db.oldest_open()?,
        );
        self.ages(
            "comparison_age_seconds",
            "Age of the oldest last comparison of a folder",
            now,
            db.oldest_comparison()?,
        );
        Ok(())
    }

    fn of_mailboxes(
        &mut self,
        config: &Config,
        db: &Db<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (mut read, mut waiting, mut oldest) = (Vec::new(), Vec::new(), Vec::new());
        for mailbox in &config.mailboxes {
            let name = &mailbox.name;
            let last = db.last_reading(name, Sight::Answers)?;
            read.extend(last.map(|last| (name.clone(), last)));
            let (mails, since) = db.waiting(name)?;
            waiting.push((vec![name.clone()], u64::from(mails)));
            oldest.extend(since.map(|since| (name.clone(), since)));
        }
        self.ages(
            "reading_age_seconds",
            "Age of the last good reading",
            now,
            read,
        );
        self.counts("outbox", "Mails that wait to leave", &["mailbox"], waiting);
        self.ages(
            "outbox_age_seconds",
            "Age of the oldest mail that waits to leave",
            now,
            oldest,
        );
        Ok(())
    }

    /// How long certificates and what the program logs in with still hold.
    fn of_ends(
        &mut self,
        config: &Config,
        now: DateTime<Utc>,
        certificates: &[(String, DateTime<Utc>)],
    ) {
        let left = |end: DateTime<Utc>| (end - now).as_seconds_f64();
        let ends = certificates
            .iter()
            .map(|(server, end)| (vec![("server", server.clone())], left(*end)));
        self.figures(
            "certificate_left_seconds",
            "Time until a server's certificate ends",
            ends,
        );
        let tokens = tokens(config)
            .into_iter()
            .filter_map(|(settings, mailbox)| {
                let ending = expiry::ending(settings, now).ok().flatten()?;
                #[expect(clippy::cast_precision_loss, reason = "days are few")]
                Some((
                    vec![("mailbox", mailbox.to_owned())],
                    ending.days_left as f64 * 86_400.0,
                ))
            });
        self.figures(
            "credential_left_seconds",
            "Time until what the program logs in with ends",
            tokens,
        );
    }

    fn single(&mut self, name: &str, help: &str, value: f64) {
        let gauge: Gauge<f64, AtomicU64> = Gauge::default();
        gauge.set(value);
        self.0.register(name, help, gauge);
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0)?;
        Ok(text)
    }

    fn counts(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
        counted: Vec<(Vec<String>, u64)>,
    ) {
        let figures = counted.into_iter().map(|(words, count)| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a mailbox has far fewer than 2^52 of anything"
            )]
            (labels.iter().copied().zip(words).collect(), count as f64)
        });
        self.figures(name, help, figures);
    }

    fn ages(
        &mut self,
        name: &str,
        help: &str,
        now: DateTime<Utc>,
        since: Vec<(String, DateTime<Utc>)>,
    ) {
        let figures = since
            .into_iter()
            .map(|(mailbox, at)| (vec![("mailbox", mailbox)], (now - at).as_seconds_f64()));
        self.figures(name, help, figures);
    }

    fn figures<'a>(
        &mut self,
        name: &str,
        help: &str,
        figures: impl Iterator<Item = (Vec<(&'a str, String)>, f64)>,
    ) {
        let family = Figures::default();
        for (labels, value) in figures {
            let labels = labels
                .into_iter()
                .map(|(label, word)| (label.to_owned(), word))
                .collect();
            family.get_or_create(&labels).set(value);
        }
        self.0.register(name, help, family);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_openmetrics() {
        let mut page = Page(Registry::with_prefix("servicelofte"));
        page.counts(
            "items",
            "Items by state",
            &["mailbox", "state"],
            vec![(vec!["kf".to_owned(), "open".to_owned()], 3)],
        );
        let mut text = String::new();
        encode(&mut text, &page.0).expect("text");
        assert!(text.contains("# TYPE servicelofte_items gauge\n"), "{text}");
        assert!(
            text.contains("servicelofte_items{mailbox=\"kf\",state=\"open\"} 3.0\n"),
            "{text}"
        );
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
