//! The size of a file and of a function, in tokens: a measure that no formatter and no long line
//! changes. A comma, a name and a bracket are one token each.
//!
//! The list in `tests/data/large.txt` holds the files and functions that were larger when this rule
//! came, with their sizes. It only shrinks: `UPDATE_EXPECT=1` lowers a size and takes out a line,
//! it never adds one.

use super::{File, check, root, sources};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Tokens of all functions of a file, tests aside. A file is one idea, read in one sitting.
const MAX_FILE: usize = 3_000;

/// Tokens of the body of one function.
const MAX_FUNCTION: usize = 250;

/// Sizes by «path» or «path function».
type Sizes = BTreeMap<String, usize>;

/// A token each, and two for a pair of brackets.
fn count(stream: TokenStream) -> usize {
    stream
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 2 + count(group.stream()),
            _ => 1,
        })
        .sum()
}

/// Whether `#[…]` with these contents makes the next item a test.
fn marks_a_test(attribute: &TokenStream) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text == "test"
        || text.starts_with("tokio::test")
        || (text.starts_with("cfg(") && text.contains("test") && !text.contains("not(test"))
}

/// Every function's name with its size, in the order of the text, tests aside. A function within
/// another one counts for itself and for the outer one.
fn functions(stream: TokenStream, into: &mut Vec<(String, usize)>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match (token, tokens.get(at)) {
            (TokenTree::Punct(sign), Some(TokenTree::Group(attribute)))
                if sign.as_char() == '#' && marks_a_test(&attribute.stream()) =>
            {
                at += past_the_item(&tokens[at..]);
            }
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "fn" => {
                let end = past_the_item(&tokens[at..]);
                if let TokenTree::Group(body) = &tokens[at + end - 1] {
                    into.push((name.to_string(), 2 + count(body.stream())));
                    functions(body.stream(), into);
                }
                at += end;
            }
            (TokenTree::Group(group), _) => functions(group.stream(), into),
            _ => {}
        }
    }
}

/// How many tokens an item has that ends with its braces or a semicolon.
fn past_the_item(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    };
    tokens
        .iter()
        .position(ends)
        .map_or(tokens.len(), |end| end + 1)
}

/// Whether a file is a test as a whole: `tests.rs`, the files below it, and a module that another
/// file declares behind `#[cfg(test)]`.
fn is_test(file: &File, declared: &BTreeSet<String>) -> bool {
    let parts: Vec<&str> = file.path.split(['/', '.']).collect();
    parts.contains(&"tests") || declared.contains(&file.path)
}

/// The files of modules that are declared as `#[cfg(test)] mod name;`.
fn declared_as_tests(files: &[File]) -> BTreeSet<String> {
    let pattern = Regex::new(r"#\[cfg\(test\)\]\s+(?:pub(?:\([a-z]+\))? )?mod (\w+);").unwrap();
    let mut found = BTreeSet::new();
    for file in files {
        let folder = file.path.trim_end_matches(".rs");
        let names = pattern.captures_iter(&file.text);
        found.extend(names.map(|name| format!("{folder}/{}.rs", &name[1])));
    }
    found
}

fn functions_of(file: &File) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let stream: TokenStream = file.text.parse().expect("Rust");
    functions(stream, &mut found);
    found
}

/// The files and functions of the tree that are over their bounds.
fn too_large() -> Sizes {
    let mut sizes = Sizes::new();
    let mut files = sources();
    let tests = declared_as_tests(&files);
    files.retain(|file| file.module().is_some() && !is_test(file, &tests));
    for file in files {
        let functions = functions_of(&file);
        let whole: usize = functions.iter().map(|(_, size)| size).sum();
        if whole > MAX_FILE {
            sizes.insert(file.path.clone(), whole);
        }
        for (name, size) in functions {
            if size > MAX_FUNCTION {
                let mut key = format!("{} {name}", file.path);
                // Two functions of one file may have one name.
                while sizes.contains_key(&key) {
                    key.push('\'');
                }
                sizes.insert(key, size);
            }
        }
    }
    sizes
}

fn read_list(text: &str) -> Sizes {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (size, name) = line.trim_start().split_once(' ').expect("size and name");
            (name.to_owned(), size.parse().expect("a size"))
        })
        .collect()
}

fn write_list(sizes: &Sizes) -> String {
    let head = format!(
        "# Files over {MAX_FILE} tokens and functions over {MAX_FUNCTION}: see tests/it/tidy/tokens.rs"
    );
    let lines = sizes.iter().map(|(name, size)| format!("{size:5} {name}"));
    let lines: Vec<String> = [head].into_iter().chain(lines).collect();
    lines.join("\n") + "\n"
}

#[test]
fn files_and_functions_are_small() {
    let path = root().join("tests/data/large.txt");
    let listed = read_list(&fs::read_to_string(&path).unwrap());
    let large = too_large();
    let grown = large.iter().filter_map(|(name, size)| {
        let bound = listed.get(name);
        let is_more = bound.is_none_or(|bound| size > bound);
        is_more.then(|| match bound {
            Some(bound) => format!("{name}: {size} tokens, {bound} before"),
            None => format!("{name}: {size} tokens"),
        })
    });
    let rule = format!("a file has at most {MAX_FILE} tokens, a function {MAX_FUNCTION}");
    check(&rule, &grown.collect::<Vec<_>>());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, write_list(&large)).unwrap();
        return;
    }
    let small: Vec<String> = listed
        .into_keys()
        .filter(|name| !large.contains_key(name))
        .collect();
    check(
        "it is small now: UPDATE_EXPECT=1 takes it out of tests/data/large.txt",
        &small,
    );
}

#[test]
fn tokens_are_counted_in_bodies_of_functions() {
    let check = |text: &str, expected: &[(&str, usize)]| {
        let mut found = Vec::new();
        functions(text.parse().unwrap(), &mut found);
        let found: Vec<(&str, usize)> = found.iter().map(|(n, s)| (n.as_str(), *s)).collect();
        assert_eq!(found, expected, "{text}");
    };
    // The braces, g, its brackets, 1, the semicolon.
    check("fn f(a: [u8; 3]) { g(1); }", &[("f", 7)]);
    check(
        "impl A { fn f() {} fn g(); fn h() { 1 } }",
        &[("f", 2), ("h", 3)],
    );
    check("fn f() { fn g() {} }", &[("f", 8), ("g", 2)]);
    check("const F: fn(u8) = f; // { }", &[]);
    check(
        "#[cfg(test)] mod tests { fn f() {} } fn g() {}",
        &[("g", 2)],
    );
    check(
        "#[cfg(test)] mod tests; #[test] fn f() {} fn g() {}",
        &[("g", 2)],
    );
    check("#[cfg(not(test))] fn f() {}", &[("f", 2)]);
}
