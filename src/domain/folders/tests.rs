//! Folder lists of real servers, and which of them are read as what.

use super::*;

/// A list in one line each: `name`, then `\Use`, `-` for what cannot be opened, `~prefix` for
/// another's namespace, `own`.
fn server(separator: char, lines: &[&str]) -> Vec<Folder> {
    let folder = |line: &&str| {
        let (name, words) = line.split_once(" | ").unwrap_or((line, ""));
        let mut folder = Folder {
            name: name.to_owned(),
            separator: Some(separator),
            special: None,
            selectable: true,
            space: Space::Unknown,
        };
        for word in words.split_whitespace() {
            match word {
                "\\Sent" => folder.special = Some(Special::Sent),
                "\\Junk" => folder.special = Some(Special::Junk),
                "\\Drafts" => folder.special = Some(Special::Drafts),
                "\\Trash" => folder.special = Some(Special::Trash),
                "\\Archive" => folder.special = Some(Special::Archive),
                "\\All" => folder.special = Some(Special::All),
                "\\Flagged" => folder.special = Some(Special::Flagged),
                "\\Important" => folder.special = Some(Special::Important),
                "-" => folder.selectable = false,
                "own" => folder.space = Space::Own,
                prefix => {
                    folder.space = Space::Foreign {
                        prefix: prefix.trim_start_matches('~').to_owned(),
                    }
                }
            }
        }
        folder
    };
    lines.iter().map(folder).collect()
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Every folder's role in the order of reading, then the folders that are not read.
fn told(watch: &Watch) -> Vec<String> {
    let read = watch
        .folders
        .iter()
        .map(|folder| format!("{:?} {}", folder.role, folder.name));
    let left = watch
        .unwatched
        .iter()
        .map(|left| format!("{:?}: {}", left.why, left.name));
    let missing = watch.missing.iter().map(|name| format!("missing {name}"));
    let unclear = watch
        .unclear
        .iter()
        .map(|unclear| format!("unclear {}", unclear.inbox));
    read.chain(left).chain(missing).chain(unclear).collect()
}

#[track_caller]
fn check(separator: char, inbox: &[&str], lines: &[&str], expected: &[&str]) {
    let inbox = strings(inbox);
    let wanted = Wanted {
        inbox: &inbox,
        ..Wanted::default()
    };
    assert_eq!(told(&watch(&server(separator, lines), &wanted)), expected);
}

#[test]
fn all_is_watched_but_what_is_known_to_be_something_else() {
    // Dovecot with special use; a rule files beside the inbox.
    check(
        '/',
        &["INBOX"],
        &[
            "Arkiv | \\Archive",
            "Bygglov",
            "Sent",
            "Sent/2026",
            "Skickat | \\Sent",
            "Skickat/2026",
            "Junk | \\Junk",
            "Junk/x",
            "Trash | \\Trash",
            "Trash/Gammalt",
            "Drafts | \\Drafts",
            "INBOX/Bygglov",
            "INBOX/Kontakter",
            "INBOX/Papperskorgen/Gammalt",
            "INBOX",
            "Projekt/Skickat",
            "Projekt/Spam",
            "Projekt/Uppgifter",
            "Projekt/Utkast",
            "Kontakter",
            "Lista | -",
        ],
        &[
            "Inbox INBOX",
            "Inbox INBOX/Bygglov",
            "Inbox INBOX/Kontakter",
            "Inbox Arkiv",
            "Inbox Bygglov",
            "Inbox Projekt/Skickat",
            "Inbox Projekt/Spam",
            "Inbox Projekt/Uppgifter",
            "Junk Junk",
            "Junk Junk/x",
            "Sent Skickat",
            "Sent Skickat/2026",
            "Sent Sent",
            "Sent Sent/2026",
            "Trash: Trash",
            "Trash: Trash/Gammalt",
            "Drafts: Drafts",
            "Trash: INBOX/Papperskorgen/Gammalt",
            "Drafts: Projekt/Utkast",
            "NoMail: Kontakter",
        ],
    );
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table: one program after the other"
)]
fn mail_programs_name_their_folders() {
    // Exchange and Outlook in Swedish, without special use; English beside it.
    check(
        '/',
        &["INBOX"],
        &[
            "INBOX",
            "Skickat",
            "Skräppost",
            "Borttaget",
            "Utkast",
            "Utkorgen",
            "Kalender",
            "Kalender/Födelsedagar",
            "Kontakter",
            "Uppgifter",
            "Anteckningar",
            "Journal",
            "RSS-flöden",
            "Konversationshistorik",
            "Synkroniseringsproblem",
            "Synkroniseringsproblem/Konflikter",
            "Arkiv",
        ],
        &[
            "Inbox INBOX",
            "Inbox Arkiv",
            "Junk Skräppost",
            "Sent Skickat",
            "Trash: Borttaget",
            "Drafts: Utkast",
            "Outbox: Utkorgen",
            "NoMail: Kalender",
            "NoMail: Kalender/Födelsedagar",
            "NoMail: Kontakter",
            "NoMail: Uppgifter",
            "NoMail: Anteckningar",
            "NoMail: Journal",
            "NoMail: RSS-flöden",
            "NoMail: Konversationshistorik",
            "NoMail: Synkroniseringsproblem",
            "NoMail: Synkroniseringsproblem/Konflikter",
        ],
    );
    check(
        '/',
        &["INBOX"],
        &[
            "INBOX",
            "Sent Items",
            "Junk Email",
            "Deleted Items",
            "Drafts",
            "Outbox",
            "Calendar",
            "Sync Issues",
            "Archive",
        ],
        &[
            "Inbox INBOX",
            "Inbox Archive",
            "Junk Junk Email",
            "Sent Sent Items",
            "Trash: Deleted Items",
            "Drafts: Drafts",
            "Outbox: Outbox",
            "NoMail: Calendar",
            "NoMail: Sync Issues",
        ],
    );
    // Cyrus and Courier: all folders lie below the inbox.
    check(
        '.',
        &["INBOX"],
        &[
            "INBOX | own",
            "INBOX.Sent | own",
            "INBOX.Sent.2026 | own",
            "INBOX.Junk.x | own",
            "INBOX.Junk | own",
            "INBOX.Trash | own",
            "INBOX.Kontakter | own",
            "INBOX.Bygglov.Kontakter | own",
            "shared.nämnd | ~shared.",
            "shared.nämnd.Sent | ~shared.",
            "user.anna | ~user.",
            "user.anna.Sent | ~user. \\Sent",
        ],
        &[
            "Inbox INBOX",
            "Inbox INBOX.Bygglov.Kontakter",
            "Junk INBOX.Junk",
            "Junk INBOX.Junk.x",
            "Sent INBOX.Sent",
            "Sent INBOX.Sent.2026",
            "Trash: INBOX.Trash",
            "NoMail: INBOX.Kontakter",
            "Elsewhere: shared.nämnd",
            "Elsewhere: shared.nämnd.Sent",
            "Elsewhere: user.anna",
            "Elsewhere: user.anna.Sent",
        ],
    );
    // Gmail shows every message once more.
    check(
        '/',
        &["INBOX"],
        &[
            "INBOX",
            "[Gmail] | -",
            "[Gmail]/Skickat | \\Sent",
            "[Gmail]/Skräppost | \\Junk",
            "[Gmail]/Alla mejl | \\All",
            "[Gmail]/Stjärnmärkt | \\Flagged",
            "[Gmail]/Viktigt | \\Important",
            "[Gmail]/Papperskorgen | \\Trash",
            "Bygglov",
        ],
        &[
            "Inbox INBOX",
            "Inbox Bygglov",
            "Junk [Gmail]/Skräppost",
            "Sent [Gmail]/Skickat",
            "View: [Gmail]/Alla mejl",
            "View: [Gmail]/Stjärnmärkt",
            "View: [Gmail]/Viktigt",
            "Trash: [Gmail]/Papperskorgen",
        ],
    );
    // A Mac writes ä as two characters.
    check(
        '/',
        &["Inbox"],
        &["INBOX", "Skra\u{308}ppost", "SKICKADE  OBJEKT"],
        &[
            "Inbox INBOX",
            "Junk Skra\u{308}ppost",
            "Sent SKICKADE  OBJEKT",
        ],
    );
}

#[test]
fn only_the_inboxs_own_part_of_the_tree_is_read() {
    let folders = [
        "INBOX",
        "Sent | \\Sent",
        "shared/kf | ~shared/",
        "shared/kf/INBOX | ~shared/",
        "shared/kf/Sent | ~shared/ \\Sent",
        "shared/kf/Sent/2026 | ~shared/",
        "shared/kf/Klart | ~shared/",
        "shared/kf2/Sent | ~shared/ \\Sent",
    ];
    // A person's login, the board's mailbox; the inbox is listed as the root itself by some
    // servers.
    for inbox in ["shared/kf/INBOX", "shared/kf"] {
        let inbox = strings(&[inbox]);
        let watch = watch(
            &server('/', &folders),
            &Wanted {
                inbox: &inbox,
                ..Wanted::default()
            },
        );
        let sent: Vec<&str> = watch
            .folders
            .iter()
            .filter(|f| f.role == Role::Sent)
            .map(|f| f.name.as_str())
            .collect();
        assert_eq!(sent, ["shared/kf/Sent", "shared/kf/Sent/2026"]);
        let elsewhere: Vec<&str> = watch
            .unwatched
            .iter()
            .map(|left| left.name.as_str())
            .collect();
        assert_eq!(elsewhere, ["INBOX", "Sent", "shared/kf2/Sent"], "{inbox:?}");
        assert_eq!(watch.folders[0].name, inbox[0]);
    }
    // A namespace for one mailbox alone.
    check(
        '/',
        &["user/kf"],
        &[
            "INBOX | own",
            "Sent | own \\Sent",
            "user/kf | ~user/kf/",
            "user/kf/Sent | ~user/kf/",
            "user/kf/Bygglov | ~user/kf/",
        ],
        &[
            "Inbox user/kf",
            "Inbox user/kf/Bygglov",
            "Sent user/kf/Sent",
            "Elsewhere: INBOX",
            "Elsewhere: Sent",
        ],
    );
    // The server reports nothing: known roots, and mailboxes that show their own inbox.
    check(
        '/',
        &["INBOX"],
        &[
            "INBOX",
            "Skickat",
            "Delade mappar/Annan nämnd",
            "Delade mappar/Annan nämnd/Skickat",
            "ks/INBOX",
            "ks/Skickat",
        ],
        &[
            "Inbox INBOX",
            "Sent Skickat",
            "Elsewhere: Delade mappar/Annan nämnd",
            "Elsewhere: Delade mappar/Annan nämnd/Skickat",
            "Elsewhere: ks/INBOX",
            "Elsewhere: ks/Skickat",
        ],
    );
    check(
        '/',
        &["ks/INBOX"],
        &[
            "INBOX",
            "Skickat",
            "ks/INBOX",
            "ks/Skickat",
            "kf/INBOX",
            "kf/Skickat",
        ],
        &[
            "Inbox ks/INBOX",
            "Sent ks/Skickat",
            "Elsewhere: INBOX",
            "Elsewhere: Skickat",
            "Elsewhere: kf/INBOX",
            "Elsewhere: kf/Skickat",
        ],
    );
    // The server's own word counts more than a name.
    check(
        '/',
        &["INBOX"],
        &["INBOX | own", "Delade mappar/x | own"],
        &["Inbox INBOX", "Inbox Delade mappar/x"],
    );
}

#[test]
fn what_cannot_be_told_apart_is_not_read() {
    let folders = [
        "INBOX",
        "Sent",
        "shared/kf/INBOX | ~shared/",
        "shared/ks/INBOX | ~shared/",
        "shared | ~shared/",
    ];
    check(
        '/',
        &["INBOX", "shared/kf/INBOX"],
        &folders,
        &["unclear shared/kf/INBOX"],
    );
    check(
        '/',
        &["shared/kf/INBOX", "shared/ks/INBOX"],
        &folders,
        &["unclear shared/ks/INBOX"],
    );
    check('/', &["shared"], &folders, &["unclear shared"]);
    check(
        '/',
        &["Delade mappar"],
        &["INBOX", "Delade mappar"],
        &["unclear Delade mappar"],
    );
}

#[test]
fn what_the_operator_names_is_taken_and_what_is_missing_is_told() {
    let (inbox, sent, done) = (
        strings(&["INBOX"]),
        strings(&["Ut"]),
        strings(&["Klart", "Nix"]),
    );
    let (ignore, none) = (strings(&["Arkiv"]), Vec::new());
    let folders = [
        "INBOX",
        "Ut",
        "Ut/Gammalt",
        "Skickat | \\Sent",
        "Klart",
        "Klart/2026",
        "Junk | \\Junk",
        "Arkiv",
        "Arkiv/2025",
        "Övrigt",
        "shared/x | ~shared/",
        "shared/x/Sent | ~shared/ \\Sent",
    ];
    let server = server('/', &folders);
    let everything = Wanted {
        inbox: &inbox,
        sent: Some(&sent),
        junk: Some(&none),
        done: &done,
        watch: None,
        ignore: &ignore,
    };
    let got = watch(&server, &everything);
    assert_eq!(
        told(&got),
        [
            "Inbox INBOX",
            "Inbox Övrigt",
            "Done Klart",
            "Done Klart/2026",
            "Sent Ut",
            "Sent Ut/Gammalt",
            "NotNamed: Skickat",
            "NotNamed: Junk",
            "Ignored: Arkiv",
            "Ignored: Arkiv/2025",
            "Elsewhere: shared/x",
            "Elsewhere: shared/x/Sent",
            "missing Nix",
        ]
    );
    // Folders that the configuration does not name may be left out when they cannot be opened.
    let chance: Vec<&str> = got.left_to_chance.iter().map(String::as_str).collect();
    assert_eq!(chance, ["Klart/2026", "Ut/Gammalt", "Övrigt"]);

    let list = strings(&["Klart", "shared/x"]);
    let listed = Wanted {
        inbox: &inbox,
        watch: Some(&list),
        ..Wanted::default()
    };
    assert_eq!(
        told(&watch(&server, &listed)),
        [
            "Inbox INBOX",
            "Inbox Klart",
            "Inbox shared/x",
            "Inbox Klart/2026",
            "Junk Junk",
            "Sent Skickat",
            "Sent shared/x/Sent",
            "NotListed: Ut",
            "NotListed: Ut/Gammalt",
            "NotListed: Arkiv",
            "NotListed: Arkiv/2025",
            "NotListed: Övrigt",
        ]
    );
}
