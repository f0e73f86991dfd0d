//! Whom to believe: what the border says about a mail's From, and what a mail's own head gives
//! away.

/// What stands in `Authentication-Results` of the border that the town hall has named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// dmarc=pass for the one From address.
    Pass,
    /// dmarc=pass, for another domain than From's.
    PassOther,
    /// dmarc=none, spf=none.
    Neither,
    DmarcFail,
    /// spf=fail, and no signature holds.
    SpfFail,
    CompauthFail,
    PermError,
    /// No line of that border.
    #[default]
    Missing,
}

/// A From that no honest program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    TwoFields,
    TwoAddresses,
    SpaceBeforeColon,
    Encoded,
    /// A domain that is ours only after mapping (U+FF45 for e).
    Mapped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    Failed,
    Missing,
    Open,
    Verified,
}

/// How far a mail is believed that claims to be ours or staff's and lies elsewhere than in Sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    Nothing,
    /// At most probably, and only for what it points at by id.
    ById,
    Full,
}

pub fn trust(auth: Auth, defect: Option<Defect>) -> Trust {
    match (auth, defect) {
        (_, Some(_))
        | (Auth::DmarcFail | Auth::SpfFail | Auth::CompauthFail | Auth::PermError, None) => {
            Trust::Failed
        }
        (Auth::Missing, None) => Trust::Missing,
        (Auth::PassOther | Auth::Neither, None) => Trust::Open,
        (Auth::Pass, None) => Trust::Verified,
    }
}

/// `configured`: the town hall has said whose lines are believed.
pub fn belief(trust: Trust, configured: bool) -> Belief {
    match (trust, configured) {
        (Trust::Failed, _) => Belief::Nothing,
        (Trust::Verified, _) | (_, false) => Belief::Full,
        (Trust::Open | Trust::Missing, true) => Belief::ById,
    }
}

/// The line that a border writes, from outside's word for its name to the header's value.
pub fn line(auth: Auth, border: &str, domain: &str) -> Option<String> {
    let said = match auth {
        Auth::Missing => return None,
        Auth::Pass => format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}"),
        Auth::PassOther => {
            "dkim=pass header.d=example.org; dmarc=pass header.from=example.org".to_owned()
        }
        Auth::Neither => {
            format!("spf=none smtp.mailfrom={domain}; dmarc=none header.from={domain}")
        }
        Auth::DmarcFail => {
            format!("spf=pass smtp.mailfrom=example.org; dmarc=fail header.from={domain}")
        }
        Auth::SpfFail => format!("spf=fail smtp.mailfrom={domain}; dkim=none"),
        Auth::CompauthFail => format!("spf=none smtp.mailfrom={domain}; compauth=fail reason=001"),
        Auth::PermError => {
            format!("spf=permerror smtp.mailfrom={domain}; dmarc=permerror header.from={domain}")
        }
    };
    Some(if border == "exchange" {
        said
    } else {
        format!("{border}; {said}")
    })
}

#[test]
fn what_fails_is_never_believed() {
    use Belief::{ById, Full, Nothing};
    for (auth, defect, configured, without) in [
        (Auth::Pass, None, Full, Full),
        (Auth::PassOther, None, ById, Full),
        (Auth::Neither, None, ById, Full),
        (Auth::Missing, None, ById, Full),
        (Auth::DmarcFail, None, Nothing, Nothing),
        (Auth::SpfFail, None, Nothing, Nothing),
        (Auth::CompauthFail, None, Nothing, Nothing),
        (Auth::PermError, None, Nothing, Nothing),
        (Auth::Pass, Some(Defect::TwoFields), Nothing, Nothing),
        (Auth::Pass, Some(Defect::TwoAddresses), Nothing, Nothing),
        (Auth::Pass, Some(Defect::SpaceBeforeColon), Nothing, Nothing),
        (Auth::Missing, Some(Defect::Encoded), Nothing, Nothing),
        (Auth::Neither, Some(Defect::Mapped), Nothing, Nothing),
    ] {
        let trust = trust(auth, defect);
        assert_eq!(
            (belief(trust, true), belief(trust, false)),
            (configured, without),
            "{auth:?} {defect:?}"
        );
    }
}
