//! The HTML form of every mail: the words of its text and no others, nothing from outside, nothing
//! that a value made.

use super::{ALL, Folder, LANGUAGES, check_file, notice_facts, samples, staff_facts, texts};
use servicelofte::config::Language;
use servicelofte::domain::board::StaffMail;
use servicelofte::mail::texts::sample;
use servicelofte::mail::texts::{Text, Texts};

/// Mails whose page is in `tests/data/mails`, to be looked at in a browser.
const SHOWN: [&str; 9] = [
    "alarm-polling",
    "digest",
    "escalation",
    "excluded",
    "letter",
    "morning",
    "notice",
    "notice-late",
    "reminders",
];

/// Most bytes of a page: forty items with their links. Some webmail cuts a mail at 100 kB.
const MAX_BYTES: usize = 40_000;

/// Tags that a mail is made of. None of them fetches anything.
const TAGS: [&str; 23] = [
    "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "ul", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "br", "hr", "!DOCTYPE",
];

/// The page without its tags, entities read. Left out are `head` and the parts that the page alone
/// has: the heads of tables, and links that do by one touch what the text explains.
fn shown(html: &str) -> String {
    let (_, body) = html.split_once("<body>").expect("a body");
    let mut text = String::new();
    let body = without(
        &without(body, "<thead>", "</thead>"),
        "<p class=\"do\">",
        "</p>",
    );
    for piece in body.split('<') {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(text, |text, (entity, c)| text.replace(entity, c))
}

fn without(html: &str, from: &str, to: &str) -> String {
    let mut pieces = html.split(from);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |kept, piece| {
        kept + piece.split_once(to).expect("its end").1
    })
}

/// Words and signs; marks of lists and the rule are the text's way to show what tags show. A tag
/// may part a word from the full stop behind it, so blanks count for nothing; nor do the signs
/// between the cells of a row.
fn words(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.trim_start().strip_prefix("- ").unwrap_or(line));
    lines
        .filter(|line| !line.starts_with("-----"))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace() && !",:".contains(*c))
        .collect()
}

#[track_caller]
fn check(text: &Text) {
    let html = &text.html;
    assert!(
        !html.contains("url(") && !html.contains("@import"),
        "nothing is fetched"
    );
    let said = format!("{}\n{}", text.subject, text.body);
    assert_eq!(
        words(&shown(html)),
        words(&said),
        "the page says what the text says\n{html}"
    );
    assert!(html.len() < MAX_BYTES, "{} bytes", html.len());
    for tag in html.split('<').skip(1) {
        let name = tag
            .trim_start_matches('/')
            .split(|c: char| c.is_whitespace() || c == '>')
            .next()
            .unwrap_or_default();
        assert!(TAGS.contains(&name), "<{name}> in\n{html}");
        let attributes = tag.split_once('>').expect("a whole tag").0;
        for forbidden in ["src=", "srcset=", "on", "style=", "background=", "action="] {
            assert!(
                !attributes
                    .split_whitespace()
                    .skip(1)
                    .any(|a| a.starts_with(forbidden)),
                "{attributes}"
            );
        }
        let target = attributes.split_once("href=\"").map(|(_, to)| to);
        let is_ours = |to: &str| {
            ["https://", "mailto:", "tel:+"]
                .iter()
                .any(|scheme| to.starts_with(scheme))
        };
        assert!(target.is_none_or(is_ours), "{attributes}");
    }
    // A heading of each level is below one of the level above.
    let levels: Vec<&str> = html
        .split("<h")
        .skip(1)
        .filter_map(|rest| rest.get(..1))
        .filter(|l| "123".contains(l))
        .collect();
    assert!(
        levels.first() == Some(&"1") && levels.iter().filter(|level| **level == "1").count() == 1,
        "{levels:?}"
    );
    assert!(
        levels
            .windows(2)
            .all(|pair| pair[1] <= "2" || pair[0] >= "2"),
        "{levels:?}"
    );
    let scoped = ["<th scope=\"row\">", "<th scope=\"col\">"]
        .iter()
        .map(|th| html.matches(th).count())
        .sum::<usize>();
    assert_eq!(html.matches("<th ").count(), scoped);
}

#[test]
fn every_page_says_what_its_text_says() {
    for (language, code) in LANGUAGES {
        let texts = texts(language);
        for policy in [StaffMail::NOBODY, ALL] {
            for sample in sample::samples(&sample::municipality(), policy) {
                let text = sample.text(&texts).expect("it renders");
                check(&text);
                assert_eq!(
                    text.html.matches(&format!("lang=\"{code}\"")).count(),
                    2,
                    "{}",
                    sample.name
                );
            }
        }
    }
}

#[test]
fn pages_look_as_expected() {
    for (language, code) in LANGUAGES {
        let texts = texts(language);
        for sample in samples()
            .into_iter()
            .filter(|sample| SHOWN.contains(&sample.name))
        {
            let text = sample.text(&texts).expect("it renders");
            check_file(&format!("{code}-{}.html", sample.name), &text.html);
        }
    }
}

#[test]
fn a_citizens_words_stay_words() {
    let texts = texts(Language::Swedish);
    let mut facts = notice_facts();
    for hostile in [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\"><a href=\"https://evil.example\">Logga in</a>",
        "&lt;b&gt; &#60;i&#62; &amp;amp; ]]> --> <!-- {{ x }}",
        "https://evil.example/?x=0490-25 synpunkter@example.se.evil.example",
        "# Rubrik\n# Rubrik\r\n- punkt\n  Telefon: 071-123 45 67",
        "javascript:alert(1) data:text/html,x mailto:evil@evil.example tel:+46900",
        "\u{1}Rubrik \u{2}Rubrik \u{202e}drab\u{0}",
    ] {
        facts.subject = hostile.to_owned();
        facts.handler.name = hostile.to_owned();
        let text = texts.notice(&facts).expect("it renders");
        check(&text);
        let ours = [
            "mailto:anna.aberg@example.se",
            "mailto:synpunkter@example.se",
            "tel:+46490254000",
            "tel:+46490254001",
            "https://www.example.se/personuppgifter",
        ];
        let mut targets: Vec<&str> = text
            .html
            .split("href=\"")
            .skip(1)
            .filter_map(|t| Some(t.split_once('"')?.0))
            .collect();
        targets.sort_unstable();
        assert_eq!(
            targets,
            [ours[4], ours[0], ours[1], ours[2], ours[3]],
            "{hostile}"
        );
        assert_eq!(text.html.matches("<h2>").count(), 1, "{hostile}");

        let mut facts = staff_facts("reminder");
        facts.items[0].folder = hostile.to_owned();
        facts.recipient = hostile.to_owned();
        check(&texts.staff(&facts).expect("it renders"));
    }
}

#[test]
fn the_page_follows_the_municipalitys_own_words() {
    let template = "Subject: Om {{ subject }} [{{ reference }}]\n\n# Hej & välkommen\n{{ handler.name }} <svarar>:\n\n\
                    - senast {{ promise | date }}\n- {{ handler.phone }}\n\n  Klaga: {{ sender.complaints }}\n";
    let folder = Folder::with("notice.txt", template);
    let texts = Texts::new(Language::Swedish, Some(&folder.path())).expect("it is right");
    let text = texts.notice(&notice_facts()).expect("it renders");
    check(&text);
    for part in [
        "<h2>Hej &amp; välkommen</h2>",
        "<p>Anna Åberg &lt;svarar&gt;:</p>",
        "<li><a href=\"tel:+46490254001\">0490-25 40 01</a></li>",
        "<tr><th scope=\"row\">Klaga:</th><td><a href=\"mailto:synpunkter@example.se\">synpunkter@example.se</a> eller",
    ] {
        assert!(text.html.contains(part), "{part}\n{}", text.html);
    }
    assert!(
        !text.html.contains("Vänliga"),
        "nothing of the built-in text"
    );
    assert!(
        text.body.starts_with(
            "Hej & välkommen\nAnna Åberg <svarar>:\n\n- senast måndag 7 december 2026\n"
        )
    );
}
