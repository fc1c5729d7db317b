//! What an account may do.

use crate::problem::Text;

/// From the least to the most; each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks at the plan, the recordings, the log and the reports; changes nothing but their own password.
    Viewer,
    /// Plays, stops, edits the plan, files recordings, corrects the log.
    Operator,
    /// Approves recordings, too.
    Approver,
    /// Changes the station and its accounts, sees the station's file and takes evidence, too.
    Admin,
}

impl Role {
    /// All, from the least to the most.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Operator, Role::Approver, Role::Admin];

    /// Whether it may do what `needed` may.
    pub fn may(self, needed: Role) -> bool {
        self >= needed
    }

    /// The word in JSON, in the database and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Operator => "operator",
            Role::Approver => "approver",
            Role::Admin => "admin",
        }
    }

    /// The role of that code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What people call it.
    pub fn words(self) -> Text {
        match self {
            Role::Viewer => Text::new("Người xem", "Viewer"),
            Role::Operator => Text::new("Người trực", "Operator"),
            Role::Approver => Text::new("Người duyệt", "Approver"),
            Role::Admin => Text::new("Quản trị", "Admin"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_those_before_it_may() {
        for (n, role) in Role::ALL.into_iter().enumerate() {
            let may: Vec<bool> = Role::ALL.into_iter().map(|needed| role.may(needed)).collect();
            assert_eq!(may, [true, n >= 1, n >= 2, n >= 3], "{role:?}");
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
        assert_eq!(Role::from_code("root"), None);
    }
}
