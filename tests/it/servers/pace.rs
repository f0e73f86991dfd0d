//! Turns at an SMTP account, against a server that enforces what Exchange Online enforces.

use servicelofte::config::{Security, Server, Smtp};
use servicelofte::ports::{Delivered, Envelope, Transport};
use servicelofte::smtp::pace::{Account, Accounts, Paced};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const CONNECTIONS: usize = 3;
const MAILS: usize = 30;
/// The server's minute, so that the test need not take one.
const MINUTE: Duration = Duration::from_millis(300);

/// What the server has seen.
#[derive(Default)]
struct State {
    open: usize,
    recent: VecDeque<Instant>,
    taken: usize,
    too_many_connections: usize,
    too_many_mails: usize,
}

type Shared = Arc<Mutex<State>>;

/// A server of three connections and thirty mails a minute.
async fn strict() -> (u16, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let state = Shared::default();
    let seen = Arc::clone(&state);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let state = Arc::clone(&seen);
            tokio::spawn(async move {
                // A client may hang up.
                let _ = serve(stream, &state).await;
            });
        }
    });
    (port, state)
}

async fn serve(stream: TcpStream, state: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let place = Place::taken(state);
    let full = {
        let mut state = state.lock().unwrap();
        let full = state.open > CONNECTIONS;
        state.too_many_connections += usize::from(full);
        full
    };
    if full {
        return stream
            .write_all(
                b"421 4.3.2 The maximum number of concurrent connections has exceeded a limit\r\n",
            )
            .await;
    }
    stream
        .write_all(b"220 exchange.test.invalid ready\r\n")
        .await?;
    let mut line = String::new();
    while {
        line.clear();
        stream.read_line(&mut line).await?
    } > 0
    {
        let answer = match line.split([' ', ':', '\r']).next().unwrap_or_default() {
            "MAIL" if !state.lock().unwrap().takes_one() => {
                "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                while {
                    line.clear();
                    stream.read_line(&mut line).await?
                } > 0
                    && line != ".\r\n"
                {}
                state.lock().unwrap().taken += 1;
                "250 2.0.0 taken"
            }
            "QUIT" => {
                // The client that reads the answer may connect again at once.
                drop(place);
                return stream.write_all(b"221 2.0.0 bye\r\n").await;
            }
            _ => "250 2.0.0 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// A connection that counts as open.
struct Place(Shared);

impl Place {
    fn taken(state: &Shared) -> Self {
        state.lock().unwrap().open += 1;
        Self(Arc::clone(state))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.lock().unwrap().open -= 1;
    }
}

impl State {
    fn takes_one(&mut self) -> bool {
        let now = Instant::now();
        self.recent.retain(|at| now - *at < MINUTE);
        let takes = self.recent.len() < MAILS;
        if takes {
            self.recent.push_back(now);
        } else {
            self.too_many_mails += 1;
        }
        takes
    }
}

fn settings(port: u16) -> Smtp {
    let (security, ca_file, login) = (Security::Plaintext, None, None);
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port,
        security,
        ca_file,
        login,
        address: None,
    };
    Smtp {
        server,
        save_sent: false,
        own_copy: false,
        connections: 3,
        per_minute: Some(30),
    }
}

fn envelope() -> Envelope {
    Envelope {
        from: Some("kf@example.se".to_owned()),
        to: vec!["nina@example.org".to_owned()],
        mail: b"Subject: x\r\n\r\ny\r\n".to_vec(),
        own_copy: None,
    }
}

/// Twelve mailboxes with ten mails each, by one account.
async fn all_send(port: u16, account: &Arc<Account>) -> Vec<Delivered> {
    let (_stop, stopped) = watch::channel(false);
    let tasks = (0..12).map(|_| {
        let (account, stopped) = (Arc::clone(account), stopped.clone());
        tokio::spawn(async move {
            let mut transport =
                Paced::new(&settings(port), account, Arc::default(), stopped).expect("a transport");
            let mut outcomes = Vec::new();
            for _ in 0..10 {
                assert!(transport.turn().await);
                let envelope = envelope();
                let sending = Box::pin(transport.send(&envelope, async { Ok(()) }));
                outcomes.push(sending.await);
            }
            transport.rest().await;
            outcomes
        })
    });
    let mut outcomes = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        outcomes.extend(task.await.expect("no panic"));
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_mailboxes_on_one_account_wait_and_lose_nothing() {
    let (port, state) = strict().await;
    let account = Arc::new(Account::new(3, Some(30), MINUTE * 2, true));
    let outcomes = all_send(port, &account).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Delivered::Accepted(_))),
        "{outcomes:?}"
    );
    let state = state.lock().unwrap();
    assert_eq!(
        (
            state.taken,
            state.too_many_connections,
            state.too_many_mails
        ),
        (120, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_turns_the_server_refuses_and_the_mail_is_only_deferred() {
    let (port, state) = strict().await;
    let account = Arc::new(Account::new(12, None, MINUTE, true));
    let outcomes = all_send(port, &account).await;
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Delivered::Deferred(_)))
        .count();
    let accepted = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Delivered::Accepted(_)))
        .count();
    assert!(refused > 0, "the server enforces nothing");
    assert_eq!(refused + accepted, 120, "never given up: {outcomes:?}");
    assert_eq!(state.lock().unwrap().taken, accepted);
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_turn() {
    let (stop, stopped) = watch::channel(false);
    let account = Arc::new(Account::new(1, None, MINUTE, true));
    let mut first = Paced::new(
        &settings(1),
        Arc::clone(&account),
        Arc::default(),
        stopped.clone(),
    )
    .expect("a transport");
    let mut second =
        Paced::new(&settings(1), account, Arc::default(), stopped).expect("a transport");
    assert!(first.turn().await);
    let (turn, ()) = tokio::join!(second.turn(), async {
        tokio::task::yield_now().await;
        stop.send(true).expect("somebody listens");
    });
    assert!(!turn);
}

#[test]
fn mailboxes_of_one_account_share_the_lowest_limits() {
    let few = Smtp {
        connections: 1,
        per_minute: None,
        ..settings(25)
    };
    let other = settings(26);
    let accounts = Accounts::new([&settings(25), &few, &other].into_iter());
    assert!(Arc::ptr_eq(&accounts.of(&few), &accounts.of(&settings(25))));
    assert!(!Arc::ptr_eq(&accounts.of(&few), &accounts.of(&other)));
    let told = format!("{:?}", accounts.of(&few));
    assert!(
        told.contains("permits: 1 ")
            || told.contains("permits: 1,")
            || told.contains("permits: 1}"),
        "{told}"
    );
}
