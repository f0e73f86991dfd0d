//! What to do about the errors of Microsoft's identity platform, which names them by number
//! (`AADSTS7000222`).

use std::fmt;
use zeroize::Zeroizing;

/// Longest explanation of an endpoint, in characters, that is kept.
pub const MAX_TEXT: usize = 200;

/// `AADSTS` and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AADSTS{}", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Advice {
    pub code: Code,
    pub remedy: &'static str,
    /// It passes by itself.
    pub passes: bool,
}

/// Numbers that an operator can act on.
const KNOWN: &[(u32, &str)] = &[
    (
        7_000_222,
        "the client secret has expired: make a new one in the app registration (Certificates & secrets), put its value \
         into the secret's file and its last day into `secret_expires`",
    ),
    (
        7_000_215,
        "the client secret is wrong: give the secret's value as it was shown when it was made, not its id",
    ),
    (
        7_000_218,
        "the secret or the certificate is missing: give one in the oauth2 section",
    ),
    (
        7_000_112,
        "the application is disabled: have it enabled under Enterprise applications",
    ),
    (
        7_000_229,
        "the application is unknown to this tenant: have an administrator grant its consent there",
    ),
    (
        700_016,
        "the application is unknown to this tenant: check `client_id`, and the tenant in `token_url`",
    ),
    (
        700_027,
        "the certificate is not the application's: upload it in the app registration (Certificates & secrets), or check \
         that `certificate` and `key` belong together",
    ),
    (
        700_024,
        "the assertion is not valid at the time the server has: set this machine's clock",
    ),
    (
        700_030,
        "the certificate is refused: make a new one and upload it in the app registration",
    ),
    (
        90_002,
        "the tenant does not exist: check the tenant in `token_url`",
    ),
    (
        900_023,
        "the tenant is neither an id nor a domain: check the tenant in `token_url`",
    ),
    (
        50_034,
        "the account does not exist in this tenant: check the tenant in `token_url`, and `client_id`",
    ),
    (
        50_053,
        "the account is locked: wait, and look in the sign-in log of the tenant",
    ),
    (
        50_105,
        "the application is assigned to no one: have it assigned under Enterprise applications",
    ),
    (
        53_003,
        "a rule of conditional access blocks the application: have it excepted, or this machine's address allowed",
    ),
    (
        65_001,
        "the application lacks consent: have an administrator grant it (API permissions)",
    ),
    (
        70_011,
        "the scope is wrong: for Exchange Online it is https://outlook.office365.com/.default",
    ),
    (
        1_002_012,
        "the scope is wrong: for client credentials it must end with /.default",
    ),
    (
        500_011,
        "the scope's resource is unknown to the tenant: for Exchange Online it is https://outlook.office365.com/.default",
    ),
    (
        900_144,
        "the request lacks something: check `client_id` and `scope`",
    ),
];

/// Numbers of trouble that passes.
const PASSING: &[u32] = &[90_033, 90_055, 90_006, 90_024, 50_196];

/// The advice for the first number in a description.
pub(super) fn of(description: &str) -> Option<Advice> {
    let rest = &description[description.find("AADSTS")? + "AADSTS".len()..];
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    let number: u32 = digits.parse().ok()?;
    let code = Code(number);
    if PASSING.contains(&number) {
        return Some(Advice {
            code,
            remedy: "the identity platform is in trouble, or throttles",
            passes: true,
        });
    }
    let (_, remedy) = KNOWN.iter().find(|(known, _)| *known == number)?;
    Some(Advice {
        code,
        remedy,
        passes: false,
    })
}

/// An endpoint's explanation as one short line without secrets, should it repeat them.
pub(super) fn tidy(description: &str, secrets: &[Zeroizing<String>]) -> String {
    let mut text = description.lines().next().unwrap_or_default().to_owned();
    for secret in secrets {
        text = text.replace(secret.as_str(), "…");
    }
    let text: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_TEXT)
        .collect();
    text.trim().trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_as_what_to_do() {
        let check = |description: &str, expected: Option<(&str, &str, bool)>| {
            let advice = of(description);
            assert_eq!(
                advice.is_some(),
                expected.is_some(),
                "{description}: {advice:?}"
            );
            let (Some(advice), Some((code, words, passes))) = (advice, expected) else {
                return;
            };
            assert_eq!(
                (advice.code.to_string().as_str(), advice.passes),
                (code, passes)
            );
            assert!(advice.remedy.contains(words), "{advice:?}");
        };
        check(
            "AADSTS7000222: The provided client secret keys for app '…' are expired. Trace ID: …",
            Some(("AADSTS7000222", "make a new one", false)),
        );
        check(
            "AADSTS7000215: Invalid client secret provided.",
            Some(("AADSTS7000215", "not its id", false)),
        );
        check(
            "AADSTS700016: Application with identifier",
            Some(("AADSTS700016", "client_id", false)),
        );
        check(
            "AADSTS90002: Tenant 'x' not found.",
            Some(("AADSTS90002", "token_url", false)),
        );
        check(
            "AADSTS50034: The user account",
            Some(("AADSTS50034", "tenant", false)),
        );
        check(
            "AADSTS700024: Client assertion is not within",
            Some(("AADSTS700024", "clock", false)),
        );
        check(
            "AADSTS90033: A transient error",
            Some(("AADSTS90033", "trouble", true)),
        );
        check("AADSTS1: what is that", None);
        check("AADSTS99999999999999: what is that", None);
        check("AADSTS", None);
        check("Client authentication failed", None);
    }

    #[test]
    fn explanations_repeat_no_secret() {
        let secrets = [Zeroizing::new("S3kret".to_owned())];
        let told = tidy(
            "The secret 'S3kret' of S3kret\u{1b} is wrong.\r\nTrace ID: 1",
            &secrets,
        );
        assert_eq!(told, "The secret '…' of … is wrong");
        assert_eq!(
            tidy(&"å".repeat(MAX_TEXT + 1), &secrets).chars().count(),
            MAX_TEXT
        );
    }
}
