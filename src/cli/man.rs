//! `man`: manual pages from the program's own definitions, one for each command, and one for the
//! configuration.

use super::command::Arguments;
use crate::failure::Failure;
use clap::CommandFactory;
use std::fmt::Write as _;
use std::path::Path;

/// The configuration that explains every key.
const EXAMPLE: &str = include_str!("../../config.example.toml");

/// Writes the pages into `folder`, which must be there: `man1` and `man5` are made in it.
pub fn run(folder: &Path) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::Failed(format!("cannot write the pages: {error}"));
    let (commands, files) = (folder.join("man1"), folder.join("man5"));
    for place in [&commands, &files] {
        std::fs::create_dir_all(place).map_err(failed)?;
    }
    clap_mangen::generate_to(Arguments::command(), &commands).map_err(failed)?;
    std::fs::write(files.join("servicelofte.toml.5"), configuration()).map_err(failed)
}

/// `servicelofte.toml(5)`: the example, which says of each key what it does and what counts without
/// it.
fn configuration() -> String {
    let mut page = String::from(
        ".TH servicelofte.toml 5\n.SH NAME\nservicelofte.toml \\- the configuration of servicelofte\n.SH DESCRIPTION\n\
         The file is TOML, /etc/servicelofte/config.toml unless \\fB\\-\\-config\\fR or SERVICELOFTE_CONFIG names another. \
         The example below has every key, with what it does and what counts when it is left out. \
         \\fBservicelofte check\\fR tells every fault, a line each. SIGHUP reads it anew.\n.SH EXAMPLE\n.nf\n",
    );
    for line in EXAMPLE.lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins with one of these would be a request.
        let guard = if line.starts_with(['.', '\'']) {
            "\\&"
        } else {
            ""
        };
        let _ = writeln!(page, "{guard}{line}");
    }
    page + ".fi\n.SH SEE ALSO\n\\fBservicelofte\\fR(1)\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_the_configuration_have_a_page() {
        let folder = tempfile::tempdir().expect("a folder");
        run(folder.path()).expect("written");
        let read =
            |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        for command in Arguments::command()
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
        {
            let page = read(&format!("man1/servicelofte-{}.1", command.get_name()));
            assert!(page.contains(".SH NAME"), "{}", command.get_name());
        }
        assert!(read("man1/servicelofte.1").contains("watches the mailbox"));
        let page = read("man5/servicelofte.toml.5");
        assert!(
            page.contains("[[mailbox]]") && page.contains("former_name"),
            "{page}"
        );
    }
}
