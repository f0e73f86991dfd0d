//! The dependencies are what `deny.toml` allows: licences, sources, bans, one version of each. This
//! reads those of its words that are used there; what needs the network (advisories, yanked
//! versions) is cargo-deny's alone.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::process::Command;

struct Package {
    name: String,
    version: String,
    licence: String,
    source: Option<String>,
}

/// All that is built for this platform, the tests' own dependencies too.
fn packages() -> Vec<Package> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let nodes = told["resolve"]["nodes"].as_array().expect("the nodes");
    let used: BTreeSet<String> = nodes.iter().filter_map(|node| word(&node["id"])).collect();
    let all = told["packages"].as_array().expect("the packages");
    let ours = all
        .iter()
        .filter(|package| word(&package["id"]).is_some_and(|id| used.contains(&id)));
    ours.map(|package| Package {
        name: word(&package["name"]).expect("a name"),
        version: word(&package["version"]).expect("a version"),
        licence: word(&package["license"]).unwrap_or_default(),
        source: word(&package["source"]),
    })
    .collect()
}

fn rules() -> toml::Table {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml"))
        .expect("deny.toml");
    text.parse().expect("TOML")
}

/// The entries of a list of `[bans]`.
fn listed(rules: &toml::Table, list: &str) -> BTreeSet<String> {
    let entries = rules["bans"][list].as_array().expect("a list");
    entries
        .iter()
        .map(|entry| {
            assert!(
                entry["reason"]
                    .as_str()
                    .is_some_and(|reason| !reason.is_empty()),
                "{entry}: why?"
            );
            entry["crate"].as_str().expect("a name").to_owned()
        })
        .collect()
}

/// Whether a licence expression (SPDX, annex D, and the older `/` for OR) is satisfied by the
/// allowed ones.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, allowed) && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut holds = both(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        holds |= both(words, allowed);
    }
    holds
}

fn both(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut holds = one(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        holds &= one(words, allowed);
    }
    holds
}

/// A licence, an expression in brackets; an exception only adds rights.
fn one(words: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let holds = either(words, allowed);
            if let [")", rest @ ..] = *words {
                *words = rest;
            }
            holds
        }
        [name, "WITH", _, rest @ ..] | [name, rest @ ..] => {
            *words = rest;
            allowed.contains(name)
        }
        [] => false,
    }
}

#[test]
fn licence_expressions_are_read() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0"]);
    for (expression, expected) in [
        ("MIT", true),
        ("MIT/GPL-3.0", true),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 AND MIT) OR GPL-2.0", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
        ("GPL-2.0", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn the_dependencies_are_what_is_allowed() {
    let (packages, rules) = (packages(), rules());
    assert!(packages.len() > 200, "{} packages", packages.len());
    let allowed = rules["licenses"]["allow"].as_array().expect("a list");
    let allowed: BTreeSet<&str> = allowed
        .iter()
        .filter_map(|licence| licence.as_str())
        .collect();
    let (banned, skipped) = (listed(&rules, "deny"), listed(&rules, "skip"));
    let mut wrong = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for Package {
        name,
        version,
        licence,
        source,
    } in &packages
    {
        if !is_allowed(licence, &allowed) {
            wrong.push(format!("{name} {version}: licence {licence:?}"));
        }
        if source
            .as_ref()
            .is_some_and(|source| !source.starts_with("registry+"))
        {
            wrong.push(format!("{name} {version}: not from the registry"));
        }
        if banned.contains(name) {
            wrong.push(format!("{name} {version} is banned"));
        }
        versions
            .entry(name)
            .or_default()
            .insert(format!("{name}@{version}"));
    }
    let mut used = BTreeSet::new();
    for found in versions.into_values() {
        let older: BTreeSet<String> = found.intersection(&skipped).cloned().collect();
        if found.len() - older.len() > 1 {
            wrong.push(format!("several versions: {found:?}"));
        }
        if found.len() > 1 {
            used.extend(older);
        }
    }
    wrong.extend(
        skipped
            .difference(&used)
            .map(|entry| format!("{entry} is no older version any more: take it out")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `make sbom` names every part that is built in, with its checksum, and none that only the tests
/// use.
#[test]
fn the_list_of_parts_is_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let metadata = folder.path().join("metadata.json");
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root)
        .stdout(File::create(&metadata).expect("a file"))
        .status()
        .expect("cargo runs");
    assert!(told.success());
    let made = Command::new(root.join(".ci/sbom.py"))
        .arg(root.join("Cargo.lock"))
        .stdin(File::open(&metadata).expect("a file"))
        .output()
        .expect("python3 runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let document: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let parts = document["components"].as_array().expect("a list");
    let names: BTreeSet<&str> = parts
        .iter()
        .filter_map(|part| part["name"].as_str())
        .collect();
    let manifest: toml::Table = std::fs::read_to_string(root.join("Cargo.toml"))
        .expect("read")
        .parse()
        .expect("TOML");
    for name in manifest["dependencies"].as_table().expect("a table").keys() {
        assert!(names.contains(name.as_str()), "{name} is missing");
    }
    assert!(
        !names.contains("fantoccini") && parts.len() > 150,
        "{} parts",
        parts.len()
    );
    for part in parts {
        assert!(
            part["hashes"][0]["content"]
                .as_str()
                .is_some_and(|hash| hash.len() == 64),
            "{part}"
        );
        assert_ne!(part["licenses"][0]["expression"], "", "{part}");
    }
}

/// A note on a part's weakness is about the version in the program; another version is looked at
/// again.
#[test]
fn the_notes_on_weak_parts_are_of_these_versions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let notes = std::fs::read_to_string(root.join("docs/vex.json")).expect("read");
    let notes: Value = serde_json::from_str(&notes).expect("JSON");
    let built: BTreeSet<String> = packages()
        .iter()
        .map(|part| format!("pkg:cargo/{}@{}", part.name, part.version))
        .collect();
    let rules = rules();
    let ignored = rules["advisories"]["ignore"].as_array().expect("a list");
    let ignored: BTreeSet<&str> = ignored
        .iter()
        .filter_map(|entry| entry["id"].as_str())
        .collect();
    let statements = notes["statements"].as_array().expect("a list");
    for note in statements {
        let part = note["products"][0]["subcomponents"][0]["@id"]
            .as_str()
            .expect("a part");
        assert!(built.contains(part), "{part} is not in the program");
        assert!(
            ignored.contains(note["vulnerability"]["name"].as_str().expect("a name")),
            "{note}"
        );
    }
    assert_eq!(statements.len(), ignored.len());
}
