//! More than a header alone shows: the first bytes of a suspect and of a reply of staff, the kinds
//! of parts of an answer, and whether an alike message still lies where it lay.

use super::Interrupted;
use super::reader::Reader;
use crate::domain::classify::telling_parts;
use crate::domain::folders::Watched;
use crate::engine::Arrived;
use crate::mail::parse;
use crate::mail::reply::own_words;
use crate::ports::{Clock, Mailbox, MailboxError};

/// First bytes of a suspect that are read to see what it is and what it is about.
pub const SUSPECT_BYTES: u32 = 64 * 1024;

/// First bytes of a reply of staff that are read when its words are not among the first
/// [`SUSPECT_BYTES`]: something large lies before them.
pub const REPLY_BYTES: u32 = 4 * 1024 * 1024;

/// A server that is busy may refuse once what it gives at the next question, and what is not seen
/// now is never asked for again.
const ASKED: usize = 2;

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// A message is like one that lay in some folder before, or may be it with another subject:
    /// what does not lie there any more is forgotten, so that it is the same message, and not
    /// another one.
    pub(super) async fn ask_for_doubles(
        &mut self,
        folder: &Watched,
        double: &Arrived,
    ) -> Result<(), Interrupted> {
        let (watched, arrived) = (folder.clone(), double.clone());
        let alike = self
            .step(move |engine, mailbox| engine.alike_before(mailbox, &watched, &arrived))
            .await?;
        let mut left = false;
        for (name, mut uids) in alike {
            if name != folder.name {
                left = true;
                match self.mailbox.examine(&name).await {
                    // What cannot be asked is taken to be there.
                    Err(MailboxError::Folder { .. } | MailboxError::Refused(_)) => continue,
                    other => drop(other?),
                }
            }
            let there = self.mailbox.flags(&uids).await?;
            uids.retain(|uid| there.iter().all(|(known, _)| known != uid));
            self.step(move |engine, mailbox| engine.renumbered(mailbox, &name, &uids))
                .await?;
        }
        if left {
            self.mailbox.examine(&folder.name).await?;
        }
        Ok(())
    }

    /// Reads the first bytes of a suspect; when the server will not give them, the header must do.
    pub(super) async fn look_closer(
        &mut self,
        mut suspect: Arrived,
    ) -> Result<Arrived, Interrupted> {
        if let Some(bytes) = self.first_bytes(suspect.uid, SUSPECT_BYTES).await? {
            suspect.message = parse::message(&bytes);
        }
        Ok(suspect)
    }

    /// The first bytes of a message; `None` when it is gone, or the server will not give them.
    async fn first_bytes(&mut self, uid: u32, limit: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        for _ in 0..ASKED {
            match self.mailbox.peek(uid, limit).await {
                Err(MailboxError::Refused(_)) => {}
                given => return given,
            }
        }
        Ok(None)
    }

    /// Asks which parts a mail has; when the server will not say, the header must do.
    pub(super) async fn ask_for_parts(
        &mut self,
        mut form: Arrived,
    ) -> Result<Arrived, Interrupted> {
        let told = telling_parts(&form.message);
        for _ in 0..ASKED {
            match self.mailbox.part_headers(form.uid, told).await {
                Err(MailboxError::Refused(_)) => {}
                headers => {
                    let headers = headers?;
                    let parts = headers.iter().map(|header| parse::message(header).content);
                    form.message.content.extend(parts.flatten());
                    break;
                }
            }
        }
        Ok(form)
    }

    /// Reads the first words of a reply of staff. A file or a picture may lie before them: then
    /// more is read, once.
    pub(super) async fn read_words(&mut self, mut reply: Arrived) -> Result<Arrived, Interrupted> {
        for limit in [SUSPECT_BYTES, REPLY_BYTES] {
            let Some(bytes) = self.first_bytes(reply.uid, limit).await? else {
                break;
            };
            reply.words = own_words(&bytes);
            if reply.words.is_some() || reply.size <= limit {
                break;
            }
        }
        Ok(reply)
    }
}
