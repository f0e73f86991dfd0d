//! The deterministic simulation: the real engine, store and core in a town that is drawn from a
//! seed, with people who write and answer as people do, and with everything going wrong that can.
//!
//! A life is played from a script that is drawn before it begins ([`play`]): scenes of citizens and
//! staff, and faults beside them. After every round, every evening and at its end an [`oracle`] that
//! knows what really happened, and shares no code with the rules, says what must hold
//! ([`play::promise`]).
//!
//! A test run lives some short, dense lives. `SEED=7` repeats one, with its whole story, and
//! `SCENES=3,17` plays only these of its scenes; `SEEDS=1000` or `SEEDS=500-1500` lives others, and
//! `YEARS=50` as many years in lives of ten (`make sim`).

pub mod dice;
mod days;
mod faults;
mod hall;
mod mails;
mod office;
mod oracle;
mod play;
mod plays;
mod stopwatch;
mod tally;
mod wrong_clock;
