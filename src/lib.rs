//! servicelofte keeps a municipality's service pledges on its shared mailbox: it logs every message
//! with its deadline in working days, sees when a handler has answered from an ordinary mail
//! program, tells the citizen once when more time is needed, and escalates what is overdue. This
//! page is the architecture document.
//!
//! # The map
//! A pure machine inside a thin shell. The machine ([`domain`]) takes `now` and facts and returns a
//! complete plan and the time it wants to be woken; the shell has no choices left. One owner
//! ([`engine`], on a thread of its own) applies one step at a time; concurrency lives only at the
//! edges ([`daemon`]).
//!
//! ```text
//! IMAP --header bytes--> mail::parse --Message--> engine: record     [ message + log + item + cursor ]  one transaction
//!                                                      |
//!          domain::board (pledges, staff, ladder) --> engine: decide   domain::decide(item, world, now) -> Plan
//!                                                      |                [ log + item + outbox + effect ]  one transaction
//! SMTP <--bytes-- drivers: deliver <--------------------+
//!                      └── outcome (accepted, deferred, rejected, unknown) --> [ log + item + outbox ]
//! ```
//! Left may use right, never the reverse (`tests/it/tidy.rs` holds the line):
//! `main → cli → daemon → rounds → drivers → engine → {ports, store, mail} → domain`;
//! `{cli, daemon} → report`; `{cli, daemon} → failure → store`;
//! `{imap, smtp} → {oauth, tls, ports, config, domain}`; `report → {config, mail, store, domain}`;
//! `oauth → {tls, config}`; `config → domain`.
//!
//! What a mailbox sees of the municipality (pledges, staff, ladder, own addresses, calendar) is one
//! value, [`domain::board::Board`], made once by [`config`]; the engine knows nothing else of the
//! configuration, and the report and the command line ask the same value.
//!
//! # Invariants
//! - **The log is the truth.** An item is the fold of its events ([`domain::item::Item::apply`] is
//!   the one table of legal transitions); `rebuild` makes the projections anew and must reproduce
//!   them exactly. Triggers keep the log append-only; all that they let pass is that the words of
//!   an erased item become empty.
//! - **Every message is one item.** Identity is Message-ID, From, Date and subject together, never
//!   the Message-ID alone and never the UID. What is read twice is recognised, so a reading may
//!   break off anywhere; the cursor moves only after the server's tagged OK and the commit.
//! - **Twice is once.** A mail is put into the outbox, with its final Message-ID, in the
//!   transaction of the decision, under its natural key (item, effect); the key refuses a second
//!   one. It is written before that, on a look that holds up no writer; if another process has
//!   written meanwhile, everything is decided anew (`engine::drafting`). What is accepted or not
//!   after a lost connection is settled by looking for the mail itself; a notice in doubt is never
//!   sent again.
//! - **One defective row is one item's trouble**: the item is set aside and told, the others go on
//!   (`engine::aside`).
//! - **A clock that cannot be believed moves nothing** ([`domain::steadiness`]): mail is read and
//!   logged, none leaves.
//! - **Nothing leaves before `go-live`, nor in a pause** ([`domain::gate`]): asked when it is
//!   decided, when a mail is taken from the outbox, and once more at the server's go-ahead. What
//!   fell due in shadow never leaves; what a pause held does.
//! - **Only on a fresh view.** A moment is acted on when every watched folder, Sent last, has been
//!   read since it came, and a notice leaves only on a view no older than
//!   [`engine::delivery::FRESH`]; whether it has become wrong is looked at once more when the
//!   server gives its go-ahead.
//! - **Coverage is proven, not believed.** Which UIDs were read is written with the items; every
//!   folder is compared with the server's own list once a day, headers are read again in turns, and
//!   what was missed is logged, told and reported ([`domain::coverage`]). When a mailbox could not
//!   be read is a fact too ([`domain::blind`]), across restarts.
//! - **The mailbox is never changed**, but for copies of our own mails in Sent: [`ports::Mailbox`]
//!   offers nothing else.
//! - **Personal facts stand in one place**, the rows of `message`, `sent` and `outbox`; the log,
//!   the log lines and mails to staff carry references. After the retention time they are erased,
//!   with what people wrote into the log ([`store::retention`]); the item, its figures and the
//!   hashes by which its message is recognised stay.
//! - **What leaves the register is one state of it**: a backup is checked before it has its name,
//!   and a file is there whole or not at all (`cli::whole`); no secret ever comes into the
//!   register, so none is in a copy.
//! - **A command is done once**: what a member of staff answers to one of our mails is read and
//!   carried out in the transaction that logs the reply (`engine::commands`); the mail's Message-ID
//!   is the token of the thread.
//!
//! The simulation (`tests/it/sim`) holds these in towns drawn from seeds, where everything goes
//! wrong, against an oracle that shares no code with [`domain`].
//!
//! Deliberately absent: a user interface, bodies of mails (but for the first bytes of a bounce or a
//! calendar answer, to see what it is about, and the first words of what staff answer to our own
//! mails), a clock in the core.
//!
//! # A crash between any two steps
//! | after | what is lost | what happens next |
//! |---|---|---|
//! | fetch, before record | nothing | the window is fetched again |
//! | record, before the cursor moved | nothing | fetched again, recognised |
//! | decide (committed) | nothing | the outbox holds the mail |
//! | attempt counted, before 354 | nothing | `resume` puts it back: nothing was handed over |
//! | 354, before the answer is written down | the answer | looked for by its Message-ID (a notice's own copy lies in the inbox, or Sent holds what the server saved); found: sent; not found until the row's deadline ([`engine::delivery::DOUBT`]): staff mail goes once more, a notice is given up and a person is told; seen later after all: sent |
//! | accepted, before the copy in Sent | nothing | searched for, then appended |
//!
//! # Limits
//! | limit | where |
//! |---|---|
//! | silence of an IMAP server, talk without progress | [`imap::SILENCE`], `imap::conn` (`SILENCES`) |
//! | folders of a server, bytes of their names, prefixes of namespaces | `imap::folders` (`MAX_FOLDERS`, `MAX_NAMES`), [`imap::namespace::MAX_PREFIXES`] |
//! | days before a folder is first read whose messages are questions still | [`engine::late::LATELY`] |
//! | how long a folder that cannot be read is waited for | [`engine::watching::LEFT_OUT_AFTER`] |
//! | messages and header bytes of a batch | `imap::fetch` (`BATCH`, `BATCH_BYTES`) |
//! | lines before TLS | `imap::login` (`MAX_PLAIN_LINE`, `MAX_PLAIN_LINES`) |
//! | literal and line of an IMAP answer | `imap::guard` (`MAX_LITERAL`, `MAX_LINE`) |
//! | one IDLE, its end, and when it is begun once more | [`imap::idle::RENEWAL`], [`imap::idle::ENDING`], [`imap::idle::SECOND_LOOK`] |
//! | age of the list of folders, bytes of the names whose state one LIST asks for | [`imap::LIST_AGE`], `imap::delta` (`LISTED_BYTES`) |
//! | logins under way at one server, IDLEs that are lost at once | `daemon::rest` (`CONCURRENT_LOGINS`, `MOST_SHORT_IDLES`) |
//! | messages worked around in one fetch | [`imap::MAX_WORKAROUNDS`] |
//! | UIDs of one window, windows of one reading | [`domain::cursor::WINDOW`], [`domain::cursor::MAX_WINDOW`], [`domain::cursor::MAX_WINDOWS`] |
//! | comparison of folders: when, again, headers, ranges | constants of [`domain::coverage`] |
//! | a gap that counts as blind; how often a good reading is noted | [`domain::blind::BLIND_AFTER`], [`engine::watching::NOTED_EVERY`] |
//! | report: days of a period, of one that is shown by days, time to answer, rows of a table, months of a year, earlier reports | [`domain::period::LONGEST_PERIOD`], [`report::gather::LONGEST_BY_DAYS`], [`domain::figures::days::LONGEST`], `MAX_LISTED` of `report`, [`report::gather::MONTHS`], [`report::gather::COMPARED_REPORTS`] |
//! | items that one of the report's two threads hands to the other, and batches that wait there | `BATCH`, `WAITING` of `report::tally`; lists of days known again: `KNOWN` |
//! | numbers of the report that are too small to be shown | [`domain::figures::few::SHOWN_FROM`], [`domain::figures::few::SHARES_FROM`], [`domain::figures::few::HANDLERS_FROM`] |
//! | reports that are sent by themselves: how late, months waited for, lines of the mail, how often it is looked | [`report::sending::LATE`], [`report::sending::WAITED_MONTHS`], [`report::sending::LINES`], `LOOK` of `daemon` |
//! | readings of a folder that gives too little | `drivers::sync` (`READINGS`) |
//! | bytes read of a suspect | [`drivers::sync::SUSPECT_BYTES`] |
//! | bytes read of a reply of staff; its lines and words, commands, references and notes of one reply | [`drivers::sync::REPLY_BYTES`], constants of [`mail::reply`] and [`domain::command`] |
//! | histories that one mail shows, and lines of each | `engine::obeying::MAX_HISTORIES`, `engine::asking::MAX_HAPPENED` |
//! | confirmations, refusals and questions to one person a day, and mails that say what can be answered | `engine::commands` (`MAX_TOLD`, `MAX_REFUSED`, `MAX_ASKED`, `MAX_WORDS_TOLD`) |
//! | header fields, addresses, ids, parts of a message | constants of [`mail::parse`] |
//! | batches on their way, and under the parser; messages parsed without a thread of their own, and recorded at once | `drivers::sync` (`BATCHES_UNDER_WAY`, `PARSES_UNDER_WAY`), `drivers::parsing` (`FEW`, `RECORDED_AT_ONCE`) |
//! | memory of SQLite's pages, while very many messages are written, and those of its log before they are carried over | `store` (`CACHE_KIB`, `FULL_CACHE_KIB`, `CHECKPOINT_PAGES`), `engine::intake` (`VERY_MANY`) |
//! | steps that wait for the engine | `engine::handle` (`QUEUE`) |
//! | belief in a border stamp | [`domain::arrival::BORDER_DELAY`], [`domain::arrival::CLOCK_SLACK`] |
//! | days before a server's certificate ends, skew of the clock, messages looked at | `cli::check` (`CERTIFICATE_DAYS`, `CLOCK_SKEW`, `LOOKED_AT`, `DATE_WORDS`) |
//! | items decided about in one transaction; a round decided anew | `engine::deciding` (`MAX_DECIDED`, `MAX_ANEW`) |
//! | mails to an address and day, questions that a notice names | [`domain::notices::MAILS_A_DAY`], [`domain::notices::NAMED`] |
//! | late notices of a mailbox and hour after a pause, how often what it holds is looked at | [`domain::gate::LATE_AN_HOUR`], `engine::drafting::gate` (`PAUSE_LOOK`) |
//! | notices of a mailbox and hour | [`domain::board::Board::notices_per_hour`] |
//! | a notice past due, in working days | [`domain::decide::NOTICE_GRACE`] |
//! | a start by hand: days before the arrival | [`domain::orders::EARLIEST_START`] |
//! | hours after a mail in which it can be said to be no answer | [`domain::returns::RETURNS_WITHIN_HOURS`] |
//! | an absence that is told: days ahead, how many of one person | [`domain::absences::FARTHEST_ABSENCE`], [`domain::absences::MOST_ABSENCES`] |
//! | moved dates of an item that its citizen is told by mail | [`domain::promise::MOST_NEW_DATES`] |
//! | items that `ALLA` is about without being asked back | [`engine::obeying::MAX_ALL`] |
//! | a promise by hand: days ahead, how often | [`domain::promise::FARTHEST_PROMISE`], [`domain::promise::MOST_PROMISES`] |
//! | before a citizen is told of a moved date | [`domain::decide::MOVE_GRACE`] |
//! | before a probable answer is asked about | [`domain::decide::CONFIRM_GRACE`] |
//! | a token: wait, answer, length, life, renewal, peace after trouble | constants of [`oauth`] |
//! | files of secrets, of keys, of certificates | [`config::MAX_SECRET_SIZE`], [`config::MAX_KEY_SIZE`], [`config::MAX_CA_SIZE`] |
//! | weeks before a secret or certificate ends | [`oauth::expiry::WARN_DAYS`] |
//! | waits between attempts, age of staff mail, doubt | [`engine::delivery`] (`LONGEST_WAIT`, `STALE`, `DOUBT`, `UNSEARCHABLE`) |
//! | phases of SMTP, a reply's length | constants of [`smtp`], `smtp::wire` (`MAX_REPLY`) |
//! | connections and mails a minute of an SMTP account | [`config::Smtp::connections`], [`config::Smtp::per_minute`] |
//! | authorities' certificates kept | [`tls::KEPT_FOR`], [`tls::MOST_KEPT`] |
//! | waits after trouble with a mailbox | constants of `rounds::pause` |
//! | a jump of the clock, the wait after it, what is believed without a sign from outside | [`domain::steadiness`] (`JUMP`, `SETTLING`, `BELIEVED_JUMP`, `BELIEVED_OUTAGE`, `LONGEST_DOUBT`, `CONFIRMED`) |
//! | how long a mail is put off for its reader's sake | [`engine::delivery`] (`PATIENCE`, `REMEMBERED`) |
//! | refusals for our own sake in one round, readers who are refused alike | [`drivers::deliver::MAX_BARRED`], [`domain::refusal::HOPELESS`] |
//! | rests of a refused login, looks for another secret or `ca_file` | constants of [`logins`], `daemon::connect` (`CHANGE_LOOK`) |
//! | the file of staff that another system writes: bytes, looks for a change | [`config::MAX_STAFF_FILE`], `daemon::staff_file` (`STAFF_LOOK`) |
//! | lasting trouble: a line again, its texts, matters remembered; an end believed, patience doubled | `daemon::repeats` (`LOGGED_AGAIN`, `MAX_TEXTS`, `MAX_MATTERS`), `rounds::health` (`CALM`, `DOUBLINGS`) |
//! | one of several addresses of a server, until its greeting | [`tls::NEXT_ADDRESS`] |
//! | a trial: days back, days until its folder is to be erased, the grid of its looks; months that cannot be believed | [`cli::trial::A_YEAR`], [`cli::trial::KEPT_DAYS`], `NO_GAP` of `cli::trial`, [`cli::trial::life::POLL`] (`LEAST`), constants of [`cli::trial::outcome`] (`LEAST_FOR_SHARE` of `told`) |
//! | what a trial reads at a time | `BATCH` of [`cli::trial::shelf`], `WINDOW`, `LONGEST_HEADER` of [`cli::trial::source`] |
//! | people that are proposed, signs of a scanner, senders counted; a try of `init`, days it looks at | constants of [`cli::survey`], [`cli::init::TRY`], [`cli::init::LOOKED_AT_DAYS`] |
//! | what `init` asks a domain: servers of a kind, letters of a value; a page: wait, bytes, header; the DNS: wait, servers asked, bytes, answers to others | [`cli::discover::MOST_SERVERS`], `MOST_LETTERS` of `cli::discover::autoconfig`, `PATIENCE`, `MOST_BYTES`, `MOST_HEADER` of `cli::discover::page`, `PATIENCE`, `MOST_ASKED`, `MOST_BYTES`, `STRANGERS` of `cli::discover::srv` |
//! | how long `check --send` waits | `ARRIVES_WITHIN`, `LOOK`, `COPIED_WITHIN` of `cli::check::send` |
//! | items set aside in one step | `engine::aside` (`MAX_ASIDE`) |
//! | patience before an alarm, its repetition | [`config::Service::alarm_after`], `rounds::health` (`AGAIN`) |
//! | IDLE, and how many mailboxes log in at a time | constants of `imap::idle`, `daemon::rest` |
//! | what else an IMAP server can make us hold or wait for | constants of `imap::conn`, `imap::fetch`, `imap::guard`, `imap::login`, `imap::folders` |
//! | values of the configuration | constants of `config` |
//! | pages of a letter, lines of its head | constants of `mail::letter` |
//! | mails that we write, and templates | constants of `mail::compose`, `mail::texts` |
//! | items and mails erased in one transaction, after one reading; how long it waits for a time outside office hours | [`engine::purge::BATCH`], [`drivers::erase::STEPS`], [`domain::retention::PATIENCE`] |
//! | how often the file is written anew after erasing, how long emptying its log waits for a reader | [`engine::purge::WRITTEN_ANEW_EVERY`], `store` (`READERS_WAIT`) |
//! | what commands show | constants of `cli` |
//! | the report's layout: columns, width of a picture and height of its bars, distance of a hatching, shade of a rule, version of its JSON | `WIDTH`, `ROW`, `HATCH`, `RULE`, `VERSION` of `report` |
//! | lines of a bounce, references in our own mark, words of an absence, spam confidence | `MAX_LINES`, `MAX_REFS`, `MAX_WORDS`, `MAX_CASE_WORDS`, `LONG`, `UNMISTAKABLE`, `SPAM_LEVEL` of `domain::classify` |
//! | results read of one line of Authentication-Results; messages in which a line of the border is looked for | `MAX_RESULTS` of [`domain::trust`], `LOOKED_AT` of `engine::border` |
//! | bytes of the key, the tag and a block of our Message-IDs; ids that are learned of a mail of ours, a server's answer | `KEY_BYTES`, `TAG_BYTES`, `BLOCK_BYTES` of [`domain::keyed`], `MAX_LEARNED` of `store`, `LEAST_LETTERS`, `LONGEST_ANSWER` of [`domain::given`] |
//! | numbers that people have been told: mails looked through, the highest that is believed in a subject | `NUMBERS_LOOKED_FOR` of `drivers`, `MOST_PLAUSIBLE` of `engine` |
//! | flags asked for at a time, addresses and ids kept of a message, alike ones, ids looked up | `SWEEP`, `KEPT_REFERENCES`, `MAX_ALIKE`, `LOOKED_UP` of `engine`, `KEPT_RECIPIENTS`, `KEPT_IDS` of `domain::sent`, [`domain::pointing::LOOKED_UP`] |
//! | people whom one mail answers, and of whom a new mail answers the oldest question; two clocks that agree | [`domain::sent::MOST_RECIPIENTS`], `domain::evidence` (`MOST_OF_NEW_MAIL`), [`domain::sent::SAME_MOMENT`] |
//! | a changed subject: how near in time; another message under a known identity: how much larger, how much later, how new | `SAME_TIME`, `OTHER_SIZE`, `LATER` of [`domain::edited`], `NEWS` of `engine` |
//! | a message that did not come in its turn: how slow a server may be, how old is ancient, how many at once are history | `SLOW`, `ANCIENT`, `MOST` of [`domain::moved_in`] |
//! | a mail that is only a sign of liking | `REACTION_BYTES` of [`domain::sent`] |
//! | how far back threads, bounces, echoes and Sent are believed, and how far ahead a server's clock | [`domain::pointing::PROBABLE_DAYS`], [`domain::pointing::ECHO`], [`domain::pointing::CLOCKS_DIFFER`]; `BOUNCE_DAYS`, `SENT_HORIZON`, `CLOCK_SLACK` of `engine` |
//! | marks of answers without answers before an alarm | [`engine::sweep::MARKED_WITHOUT_SENT`] |
//! | a text that cannot be written, an item that is set aside: tried again; a notice that the hour has no room for | `RETRY_TEXT`, `ASIDE_WAIT`, `HOUR_IS_FULL` of `engine` |
//! | days counted as late, days walked | `engine::writing` (`MAX_COUNTED`), [`domain::calendar::LONGEST_WALK`], `domain::decide` (`MAX_OFFSET`) |
//! | steps of the ladder, working days apart, and when the last was lost | [`domain::decide::ESCALATION_GAP`], `LOST_GAP` |
//! | hours of the day for a notice that comes after its moment | [`domain::decide::NOTICE_HOURS`] |
//! | exclusions that a register of the first edition has judged anew | `LATELY` of `engine` |
//! | waiting for a twin's mailbox, and for the notice of a twin | `TWINS_WAIT_UNTIL`, `TWIN_SPEAKS_WITHIN` of `engine` |
//! | what is presumed no question: working days after an answer and until it closes, named in one mail, days for which a mail of ours vouches | constants of [`domain::no_question`] |
//! | a mail to staff waits for their other mailboxes; items that it names, items from which it is a list, links of an item | `PATIENCE` and `LOOK_AGAIN` of `engine::drafting`, [`mail::texts::MAX_ITEMS`], [`mail::texts::LISTED_IN_FULL`], [`mail::texts::buttons::MAX_LINKS`] |
//! | rests of a sender | `daemon::sender` (`REST`, `LONGEST_REST`) |
//! | decisions of one round, troubles remembered, looks at the disk, little space on it | `DECISIONS`, `MAX_TROUBLES` of `rounds`, `LOOK`, `LITTLE_SPACE` of `daemon` |
//! | tags of a language field, characters of a subject, words that make it English | `MAX_TAGS`, `MAX_SUBJECT`, `ENOUGH_ENGLISH` of [`domain::tongue`] |
//! | what is read and taken out of a subject, addresses of a citizen | `LONGEST`, `LONGEST_TAG`, `PRINTED_DIGITS`, `MAX_CUT` of [`domain::subject`], [`domain::citizen::MAX_ADDRESSES`] |
//! | places of the folders that the configuration does not name, behind those that it names | `MARKED`, `BY_NAME`, `BELOW`, `BESIDE` of [`domain::folders`] |
//! | references kept, days of a moment, a stamp's age, tags, references and digits looked for in a subject, a server's clock ahead | `MAX_REFERENCES`, `MOST_MOMENT_DAYS`, `OLDEST_STAMP_DAYS`, `MAX_TAG`, `MAX_FOUND`, `MAX_DIGITS`, `SLACK` of `domain` |
//! | how long a sign of absence is believed, and what staff wrote says that they are back | [`domain::hands::HINT_DAYS`], `engine::evidence` (`NEWS`) |
//! | the view on which a notice leaves | [`engine::delivery::FRESH`] |
//! | connecting and greeting over TLS, what is shown of a certificate's name | `tls` (`CONNECT_TIMEOUT`, `HANDSHAKE_TIMEOUT`, `SHOWN`) |
//! | goodbye, the age of a list of folders, a Message-ID asked for, hits of a search | `imap` (`GOODBYE`, `LIST_AGE`, `MAX_MESSAGE_ID`, `MAX_HITS`) |
//! | room taken for a document at first | `store` (`JSON_ROOM`), `domain::identify` (`ROOM`) |
//! | questions asked for in the trash after one reading, folders of it | `MAX_ASKED`, `MAX_TRASHES` of `drivers` |
//! | waits of a writer for another | [`store::BUSY_TIMEOUT`] |
//! | waits at the start for what time can mend | constants of `daemon::late` |
//! | figures: requests at a time, one connection, an address in use; a mailbox that is not well | constants of `daemon::metrics` |
//! | the last alarm of a register that is gone, how often troubles are kept for the next process | `daemon::alarm` (`LAST_ALARM`, `KEPT_EVERY`) |
//! | the stop | [`daemon::STOP_WAIT`] |
//!
//! # The modules, in reading order

pub mod domain;

pub mod ports;

pub mod config;
pub mod mail;
pub mod store;

pub mod failure;

pub mod engine;

pub mod drivers;

pub mod rounds;

pub mod report;

pub mod imap;
pub mod logins;
pub mod oauth;
pub mod smtp;
pub mod tls;

pub mod daemon;

pub mod cli;
