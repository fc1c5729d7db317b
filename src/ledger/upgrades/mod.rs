//! How an older ledger is brought up to date.

/// What brings a ledger from each schema to the next: a file each, never changed once released. `schema.sql` is their sum.
pub const ALL: &[&str] = &[
    include_str!("2.sql"),
    include_str!("3.sql"),
    include_str!("4.sql"),
    include_str!("5.sql"),
    include_str!("6.sql"),
    include_str!("7.sql"),
    include_str!("8.sql"),
    include_str!("9.sql"),
    include_str!("10.sql"),
    include_str!("11.sql"),
    include_str!("12.sql"),
];
