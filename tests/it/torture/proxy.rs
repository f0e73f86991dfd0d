//! A line between the daemon and a server that goes bad: it cuts, resets, half-closes, garbles and
//! stalls, each drawn from the seed, at any byte, in either direction.
//!
//! Garbling is for lines under TLS: there it is a broken line. In the clear it would be a lying
//! server, whose 550 for a 250 no client can see through.

use crate::sim::dice::Dice;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Faults lie at byte 1 to 2 to the power of this: a greeting is as likely to be hit as the middle
/// of a mail.
const REACH: u64 = 13;

/// Bytes in one piece that only a mail has.
const HEAVY: usize = 1_200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Both sides get a FIN.
    Cut,
    /// Both sides get an RST.
    Reset,
    /// What flows in this direction ends; the other goes on.
    HalfClose,
    Garble,
    Stall,
}

impl Fault {
    pub const ALL: [Self; 5] = [
        Self::Cut,
        Self::Reset,
        Self::HalfClose,
        Self::Garble,
        Self::Stall,
    ];
}

/// The fate of one connection.
#[derive(Clone, Copy, Debug)]
struct Strike {
    fault: Fault,
    to_server: bool,
    after: u64,
}

#[derive(Debug)]
struct Weather {
    dice: Dice,
    /// How many of a hundred connections are struck.
    chance: u64,
    /// The most milliseconds that a piece from the server waits.
    delay: u64,
    /// More of them when much had just been sent to it: a server that looks into a mail before it
    /// takes it. It has taken it by then, so this is when its client must not die.
    slow: u64,
    garbles: bool,
    struck: BTreeMap<Fault, u64>,
}

/// The line; it ends with the runtime that it was started on.
pub struct Proxy {
    pub port: u16,
    weather: Arc<Mutex<Weather>>,
}

impl Proxy {
    pub fn start(runtime: &tokio::runtime::Runtime, to: u16, seed: u64, garbles: bool) -> Self {
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", 0)))
            .expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let weather = Weather {
            dice: Dice::new(seed),
            chance: 0,
            delay: 0,
            slow: 0,
            garbles,
            struck: BTreeMap::new(),
        };
        let weather = Arc::new(Mutex::new(weather));
        let shared = Arc::clone(&weather);
        runtime.spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A server that is away, or a client that was killed: what a bad line is for.
                    let _ = line(outside, to, &shared).await;
                });
            }
        });
        Self { port, weather }
    }

    /// From the next connection on.
    pub fn set(&self, chance: u64, delay: u64, slow: u64) {
        let mut weather = locked(&self.weather);
        (weather.chance, weather.delay, weather.slow) = (chance, delay, slow);
    }

    pub fn struck(&self) -> BTreeMap<Fault, u64> {
        locked(&self.weather).struck.clone()
    }
}

fn locked(weather: &Mutex<Weather>) -> MutexGuard<'_, Weather> {
    weather.lock().expect("no holder of the weather panics")
}

impl Weather {
    fn draw(&mut self) -> Option<Strike> {
        let struck = self.dice.percent(self.chance);
        let kinds = if self.garbles {
            &Fault::ALL[..]
        } else {
            &[Fault::Cut, Fault::Reset, Fault::HalfClose, Fault::Stall]
        };
        let fault = self.dice.one(kinds);
        let to_server = self.dice.percent(40);
        let reach = 1 << self.dice.below(REACH + 1);
        let after = self.dice.below(reach);
        struck.then_some(Strike {
            fault,
            to_server,
            after,
        })
    }
}

async fn line(outside: TcpStream, to: u16, weather: &Mutex<Weather>) -> io::Result<()> {
    let inside = TcpStream::connect(("127.0.0.1", to)).await?;
    let (strike, delay, slow) = {
        let mut weather = locked(weather);
        (weather.draw(), weather.delay, weather.slow)
    };
    let heavy = AtomicBool::new(false);
    let (mut outside, mut inside) = (outside, inside);
    outside.set_nodelay(true)?;
    inside.set_nodelay(true)?;
    let ended = {
        let (from_client, to_client) = outside.split();
        let (from_server, to_server) = inside.split();
        let of = |up: bool| strike.filter(|strike| strike.to_server == up);
        let up = Way {
            from: from_client,
            to: to_server,
            strike: of(true),
            delay: 0,
            slow: 0,
            heavy: &heavy,
            weather,
        };
        let down = Way {
            from: from_server,
            to: to_client,
            strike: of(false),
            delay,
            slow,
            heavy: &heavy,
            weather,
        };
        tokio::try_join!(up.run(), down.run())
    };
    if matches!(&ended, Err(End::Broken(Fault::Reset))) {
        outside.set_zero_linger()?;
        inside.set_zero_linger()?;
    }
    Ok(())
}

/// Why a line ends before both sides have said goodbye.
enum End {
    Broken(Fault),
    Gone,
}

/// One direction.
struct Way<'a> {
    from: ReadHalf<'a>,
    to: WriteHalf<'a>,
    strike: Option<Strike>,
    delay: u64,
    slow: u64,
    /// Much has been sent to the server since it last said something.
    heavy: &'a AtomicBool,
    weather: &'a Mutex<Weather>,
}

impl Way<'_> {
    async fn run(mut self) -> Result<(), End> {
        let mut passed = 0;
        let mut buffer = [0; 4096];
        loop {
            let length = self.from.read(&mut buffer).await.map_err(|_| End::Gone)?;
            if length == 0 {
                // The other direction may go on for a while.
                return self.to.shutdown().await.map_err(|_| End::Gone);
            }
            self.wait(length).await;
            let piece = &mut buffer[..length];
            let hit = self
                .strike
                .filter(|strike| strike.after < passed + length as u64);
            if let Some(strike) = hit {
                self.strike = None;
                *locked(self.weather).struck.entry(strike.fault).or_default() += 1;
                let at = usize::try_from(strike.after - passed).unwrap_or(0);
                match strike.fault {
                    Fault::Garble => piece[at] ^= 0x91,
                    Fault::Stall => tokio::time::sleep(Duration::from_millis(400)).await,
                    Fault::HalfClose => {
                        self.give(&piece[..at]).await?;
                        return self.to.shutdown().await.map_err(|_| End::Gone);
                    }
                    Fault::Cut | Fault::Reset => {
                        self.give(&piece[..at]).await?;
                        return Err(End::Broken(strike.fault));
                    }
                }
            }
            passed += length as u64;
            self.give(&buffer[..length]).await?;
        }
    }

    async fn wait(&self, length: usize) {
        let (delay, slow) = (self.delay, self.slow);
        let mut longest = delay;
        if length >= HEAVY {
            self.heavy.store(true, Ordering::Relaxed);
        } else if slow > 0 && self.heavy.swap(false, Ordering::Relaxed) {
            longest += slow;
        }
        if longest > 0 {
            let wait = locked(self.weather).dice.below(longest);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    async fn give(&mut self, piece: &[u8]) -> Result<(), End> {
        self.to.write_all(piece).await.map_err(|_| End::Gone)
    }
}
