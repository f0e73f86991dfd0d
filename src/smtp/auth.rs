//! AUTH (RFC 4954) with a password or with a token.
//!
//! A token is shown step by step, not by lettre: to lettre the reason that a server gives for a
//! refusal (334 and JSON) is a fault of the client's, and the refusal itself never comes. The token
//! goes as an answer of its own, never behind the command: a command line of that length is more
//! than some servers read.

use super::dialogue::{SmtpError, Step, Timeouts};
use super::reply::{Failure, Reply, heard};
use super::session::{Session, expect, lost};
use crate::config::{Login, OAuth2, Proof, Secret, Server};
use crate::oauth::claims::Service;
use crate::oauth::sasl::{self, Mechanism as Sasl};
use crate::oauth::{self, Token};
use crate::tls;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use std::time::Duration;
use tokio::time::timeout;

/// «Go on» within AUTH.
const CHALLENGE: u16 = 334;

/// Connects and logs in as the configuration wants it.
///
/// A token that is refused is replaced once, at once: it may have been withdrawn before its time.
pub(super) async fn open(server: &Server, limits: Timeouts) -> Result<Session, SmtpError> {
    let Some(login) = &server.login else {
        return Session::greet(server, limits).await;
    };
    match &login.proof {
        Proof::Password(password) => {
            let mut session = Session::greet(server, limits).await?;
            session.log_in(server, login, &password.now()).await?;
            Ok(session)
        }
        Proof::Token(settings) => with_token(server, login, settings, limits).await,
    }
}

async fn with_token(
    server: &Server,
    login: &Login,
    settings: &OAuth2,
    limits: Timeouts,
) -> Result<Session, SmtpError> {
    // Before the connection, which would have to wait for a slow endpoint.
    let token = oauth::token(settings).await?;
    let mut session = Session::greet(server, limits).await?;
    let Some(refusal) = session.show(server, login, &token).await? else {
        return Ok(session);
    };
    session.quit().await;
    let Some(newer) = oauth::another(settings, &token).await? else {
        return Err(SmtpError::Login(refusal));
    };
    let mut session = Session::greet(server, limits).await?;
    match session.show(server, login, &newer).await? {
        None => Ok(session),
        Some(refusal) => Err(SmtpError::Login(refusal)),
    }
}

impl Session {
    async fn log_in(
        &mut self,
        server: &Server,
        login: &Login,
        password: &Secret,
    ) -> Result<(), SmtpError> {
        let place = tls::name(server);
        match self.answer_to(server, login, password).await? {
            Ok(_) => Ok(()),
            Err(Failure::Said(reply)) if reply.code >= 500 => {
                Err(SmtpError::Login(format!("{place}: {reply}")))
            }
            // 454 and the like pass by themselves; so does a lost connection.
            Err(Failure::Said(reply)) => {
                Err(SmtpError::Busy(format!("{place}: {}: {reply}", Step::Auth)))
            }
            Err(failure) => Err(lost(server, Step::Auth, &failure.to_string())),
        }
    }

    /// What the server says to a password.
    async fn answer_to(
        &mut self,
        server: &Server,
        login: &Login,
        password: &Secret,
    ) -> Result<Result<Reply, Failure>, SmtpError> {
        let known = self
            .link
            .server_info()
            .get_auth_mechanism(&[Mechanism::Plain, Mechanism::Login]);
        if let Some(mechanism) = known {
            let (limit, hidden) = (self.limits.command, hidden(login));
            let credentials = Credentials::new(login.user.clone(), password.reveal().to_owned());
            let answer = timeout(limit, self.link.auth(&[mechanism], &credentials)).await;
            return Ok(expect(heard(answer, limit, &hidden), Reply::positive));
        }
        let by_hand = self.log_in_by_hand(server, login, password).await?;
        by_hand.ok_or_else(|| {
            let place = tls::name(server);
            SmtpError::Login(format!(
                "{place}: the server offers neither PLAIN nor LOGIN: check `port` and `security`, or set `login = false` in \
                 the smtp section, where no login is wanted (user and password are inherited from imap)"
            ))
        })
    }

    /// Mechanisms offered in another spelling than lettre knows: `AUTH=LOGIN PLAIN`, `auth plain`.
    /// `None`: neither.
    async fn log_in_by_hand(
        &mut self,
        server: &Server,
        login: &Login,
        password: &Secret,
    ) -> Result<Option<Result<Reply, Failure>>, SmtpError> {
        let offers = self.offers_of(server).await?;
        let limit = self.limits.command;
        let mut answer = if offers_mechanism(&offers, "PLAIN") {
            let words = sasl::plain(&login.user, password);
            self.ask(limit, &format!("AUTH PLAIN {}\r\n", words.as_str()))
                .await
        } else if offers_mechanism(&offers, "LOGIN") {
            self.ask(limit, "AUTH LOGIN\r\n").await
        } else {
            return Ok(None);
        };
        for words in sasl::login(&login.user, password) {
            if matches!(&answer, Ok(reply) if reply.code == CHALLENGE) {
                answer = self.ask(limit, &format!("{}\r\n", words.as_str())).await;
            }
        }
        Ok(Some(expect(answer, Reply::positive)))
    }

    async fn offers_of(&mut self, server: &Server) -> Result<Vec<String>, SmtpError> {
        let offers = self.offers().await;
        offers.map_err(|failure| lost(server, Step::Ehlo, &failure.to_string()))
    }

    /// Logs in with a token; the text of the refusal, if the server does not take it.
    async fn show(
        &mut self,
        server: &Server,
        login: &Login,
        token: &Token,
    ) -> Result<Option<String>, SmtpError> {
        let place = tls::name(server);
        let offers = self.offers_of(server).await?;
        let mechanism = Sasl::choose(|name| offers_mechanism(&offers, name));
        let mechanism = mechanism.ok_or_else(|| takes_no_tokens(&place))?;
        let first = mechanism.first(&login.user, server, token);
        let (answer, status) = self.show_with(mechanism, first.as_str()).await;
        match expect(answer, Reply::positive) {
            Ok(_) => Ok(None),
            Err(Failure::Said(reply)) if reply.code >= 500 => {
                let said = sasl::without_tokens(&reply.text);
                let text = Reply::new(reply.code, &said, &hidden(login)).to_string();
                let lacks = lacks(token, server);
                Ok(Some(format!("{place}: {text}{status}{lacks}")))
            }
            Err(failure) => {
                let why = sasl::without_tokens(&failure.to_string());
                Err(lost(server, Step::Auth, &why))
            }
        }
    }

    /// The dialogue of AUTH: the last answer, and the status that the server gave before it.
    async fn show_with(
        &mut self,
        mechanism: Sasl,
        first: &str,
    ) -> (Result<Reply, Failure>, String) {
        let limit = self.limits.command;
        let mut status = None;
        let mut answer = self
            .ask(limit, &format!("AUTH {}\r\n", mechanism.name()))
            .await;
        if matches!(&answer, Ok(reply) if reply.code == CHALLENGE) {
            answer = self.ask(limit, &format!("{first}\r\n")).await;
        }
        if let Ok(reply) = &answer
            && reply.code == CHALLENGE
        {
            status = sasl::status(&reply.text);
            answer = self
                .ask(limit, &format!("{}\r\n", mechanism.yes_i_see()))
                .await;
        }
        let status = status
            .map(|status| format!(" (status {status})"))
            .unwrap_or_default();
        (answer, status)
    }

    async fn ask(&mut self, limit: Duration, line: &str) -> Result<Reply, Failure> {
        let answer = timeout(limit, self.link.command(line)).await;
        heard(answer, limit, &[])
    }
}

fn takes_no_tokens(place: &str) -> SmtpError {
    SmtpError::Login(format!(
        "{place}: the server takes no tokens (neither OAUTHBEARER nor XOAUTH2): check `port` and `security`, \
         use a password instead of oauth2, or ask the server's owner"
    ))
}

/// Whether a mechanism is among what the server offers (upper case), behind `AUTH ` or, as of old,
/// `AUTH=`.
fn offers_mechanism(offers: &[String], name: &str) -> bool {
    let mut lines = offers.iter().filter_map(|line| line.strip_prefix("AUTH"));
    lines.any(|line| line.split([' ', '=']).any(|word| word == name))
}

/// Words that a server's text may repeat and that no log may have.
fn hidden(login: &Login) -> [String; 2] {
    let local_part = login.user.split('@').next().unwrap_or_default();
    [login.user.clone(), local_part.to_owned()]
}

/// What the token itself says that it cannot be used for.
fn lacks(token: &Token, server: &Server) -> String {
    let known = token
        .claims
        .as_ref()
        .and_then(|claims| claims.lacks(&server.host, Service::Smtp));
    known.map(|known| format!(": {known}")).unwrap_or_default()
}
