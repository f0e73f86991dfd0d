//! The lease: of several hosts that share a promise, the one that holds it reads, decides and
//! sends. It lives in etcd, asked over its JSON gateway (v3).
//!
//! Promises: no mail is handed over unless etcd has just said, with a majority of its members, that
//! this process holds the lease, and unless the lease is valid still when the first byte of the mail
//! is to leave, by a clock that nobody sets and that goes on while the machine sleeps
//! ([`fence`]). Doubtful is lost. Every question has its limit, and every member of etcd its turn.
//!
//! What no program on this side can rule out: a machine that is stopped between that last look and
//! the write that follows it, some microseconds, for longer than the lease, and goes on afterwards.
//! And a virtual machine that is paused so that its own clocks stand still, in the milliseconds
//! between etcd's answer and that write.
//!
//! Deliberately absent: gRPC and etcd's watch (a look every few seconds finds the end of a lease as
//! soon as a promise of days needs it), and a lock of our own in the register (it would be on one of
//! the hosts).
//!
//! - `clock`: the time since the start of the machine
//! - `fence`: until when the lease is valid; pure
//! - `etcd`: the questions to etcd
//! - `held`: a lease that is held, its renewal, and whether a mail may leave
//! - `said`: what leaves, written down where every host finds it

pub mod clock;
pub mod etcd;
pub mod fence;
pub mod held;
mod range;
pub mod said;

pub use etcd::{Etcd, EtcdError, Holder};
pub use held::{Held, Leave, Look, look};
pub use said::May;
