//! The adapter for `ports::Transport`: SMTP (RFC 5321) over lettre.
