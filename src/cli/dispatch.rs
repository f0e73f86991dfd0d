//! The function that each command runs.

use super::arguments::{
    CalendarArgs, CheckArgs, ClassifyArgs, CompletionsArgs, DueArgs, ManArgs, RebuildArgs, RunArgs,
};
use super::command::{
    Arguments, Ask, Command, Install, Keep, Look, Mark, Order, Service, Settle, Tell,
};
use super::loading::{load, load_for_trial, load_if_any, load_silently, load_without_secrets};
use super::table::Screen;
use super::{
    alarm, away, backup, by_hand, calendar, check, classify, completions, due, export, init,
    letter, list, live, man, preview, purge, rebuild, report, show, takeover, trial,
};
use crate::config::Config;
use crate::daemon;
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use std::io::Write;

/// One call of the program.
pub(super) struct Call<'a> {
    pub arguments: &'a Arguments,
    pub now: DateTime<Utc>,
    pub out: &'a mut dyn Write,
}

impl Call<'_> {
    /// The configuration without the secrets, which only servers ask for.
    fn rules(&self) -> Result<Config, Failure> {
        load_without_secrets(self.arguments)
    }
}

impl Command {
    pub(super) fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        match self {
            Self::Service(command) => command.run(call),
            Self::Look(command) => command.run(call),
            Self::Settle(command) => command.run(call),
            Self::Tell(command) => command.run(call),
            Self::Mark(command) => command.run(call),
            Self::Order(command) => command.run(call),
            Self::Ask(command) => command.run(call),
            Self::Keep(command) => command.run(call),
            Self::Install(command) => command.run(call),
        }
    }
}

impl Service {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call {
            arguments,
            now,
            out,
        } = call;
        match self {
            Self::Run(RunArgs { once }) => daemon::run(*once, &|| load(arguments)),
            Self::Check(args) => check_as_asked(arguments, args, out),
            Self::Init(args) => init::run(args, arguments.config_path(), now, out),
            Self::Trial(args) => trial::run(load_for_trial(arguments, args)?, args, now, out),
        }
    }
}

impl Look {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, screen) = (call.rules()?, Screen::of_stdout());
        let Call { now, out, .. } = call;
        match self {
            Self::List(args) => list::run(&rules, args, screen, now, out),
            Self::Show(args) => show::run(&rules, args, screen, now, out),
        }
    }
}

impl Settle {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::Assign(args) => by_hand::assign(rules, args, now, out),
            Self::Close(args) => by_hand::close(rules, args, now, out),
            Self::Promise(args) => by_hand::promise(rules, args, now, out),
            Self::Start(args) => by_hand::start(rules, args, now, out),
            Self::Exclude(args) => by_hand::exclude(rules, args, now, out),
            Self::Reopen(args) => by_hand::reopen(rules, args, now, out),
            Self::Confirm(args) => by_hand::confirm(rules, &args.reference, now, out),
            Self::Question(args) => by_hand::question(rules, &args.reference, now, out),
        }
    }
}

impl Tell {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::NoNotice(args) => by_hand::no_notice(rules, args, now, out),
            Self::Posted(args) => by_hand::posted(rules, args, now, out),
            Self::Split(args) => by_hand::split(rules, args, now, out),
            Self::Returns(args) => by_hand::returns(rules, args, now, out),
            Self::Letter(args) => letter::run(&rules, args, now, out),
            Self::Notify(args) => by_hand::notify(rules, args, now, out),
        }
    }
}

impl Mark {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::Sender(args) => by_hand::sender(rules, args, now, out),
            Self::Records(args) => by_hand::records(rules, &args.reference, now, out),
            Self::Remind(args) => by_hand::remind(rules, &args.reference, now, out),
            Self::Note(args) => by_hand::note(rules, args, now, out),
            Self::Hold(args) => by_hand::hold(rules, args, now, out),
        }
    }
}

impl Order {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (&call.rules()?, call.now, call.out);
        match self {
            Self::Away(args) => away::away(rules, args, now, out),
            Self::Back(args) => away::back(rules, args, now, out),
            Self::GoLive(args) => live::go_live(rules, args, now, out),
            Self::Pause(args) => live::pause(rules, args, now, out),
            Self::Resume(_) => live::resume(rules, now, out),
            Self::Takeover(args) => takeover::run(rules, args, now, out),
        }
    }
}

impl Ask {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call { arguments, out, .. } = call;
        let rules = || load_without_secrets(arguments);
        let if_any = || load_if_any(arguments);
        match self {
            Self::Due(DueArgs {
                pledge,
                received,
                json,
            }) => due::run(&rules()?, pledge, received, *json, out),
            Self::Calendar(CalendarArgs { year, json }) => {
                calendar::run(&rules()?, *year, *json, out)
            }
            Self::Classify(ClassifyArgs { files, json: _ }) => {
                classify::run(files, if_any()?.as_ref(), true, out)
            }
            Self::Preview(args) => preview::whole(if_any()?.as_ref(), args, out),
        }
    }
}

impl Keep {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (&call.rules()?, call.now, call.out);
        match self {
            Self::Report(args) => report::run(rules, args, now, out),
            Self::Export(args) => export::run(rules, args, now, out),
            Self::Backup(args) => backup::run(rules, args, out),
            Self::Purge(args) => purge::run(rules, args, now, out),
            Self::Rebuild(RebuildArgs {}) => rebuild::run(rules, now, out),
        }
    }
}

impl Install {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call { arguments, out, .. } = call;
        match self {
            Self::Man(ManArgs { folder }) => man::run(folder),
            Self::Alarm(args) => alarm::run(arguments, args),
            Self::Completions(CompletionsArgs { shell }) => completions::run(*shell, out),
        }
    }
}

/// `check` here, or in the sandbox of a unit, as far as it is asked to go.
fn check_as_asked(
    arguments: &Arguments,
    args: &CheckArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if let Some(unit) = &args.in_unit {
        let flags = [("--offline", args.offline), ("--send", args.send)];
        let flags = flags.into_iter().filter(|(_, is_on)| *is_on);
        let flags: Vec<&str> = flags.map(|(flag, _)| flag).collect();
        return check::unit::run(unit, &flags);
    }
    if args.offline {
        return check::run(
            &load_without_secrets(arguments)?,
            check::Reach::Offline,
            out,
        );
    }
    let reach = if args.send {
        check::Reach::Send
    } else {
        check::Reach::Servers
    };
    check::run(&load_silently(arguments)?, reach, out)
}
