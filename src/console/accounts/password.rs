//! Passwords, as argon2id.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::problem::Text;

/// What a password may measure, in characters. Length is what keeps it from being guessed; signs of four kinds are not
/// asked for.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// A password that was found long enough, as it is kept. Making one takes some ten milliseconds and 19 MiB.
pub struct Password(String);

impl Password {
    /// Hashes it.
    ///
    /// # Errors
    /// A sentence for the user if it is too short or too long.
    pub fn new(written: &str) -> Result<Password, Text> {
        if !PASSWORD_LENGTH.contains(&written.chars().count()) {
            let (least, most) = (PASSWORD_LENGTH.start(), PASSWORD_LENGTH.end());
            return Err(Text::new(
                format!("mật khẩu phải có từ {least} đến {most} ký tự; một câu ngắn dễ nhớ là tốt nhất"),
                format!("a password has {least} to {most} characters; a short sentence serves best"),
            ));
        }
        let hash = Argon2::default().hash_password(written.as_bytes()).map_err(|error| {
            Text::new(format!("không mã hóa được mật khẩu: {error}"), format!("the password cannot be hashed: {error}"))
        })?;
        Ok(Password(hash.to_string()))
    }

    /// As it is kept.
    pub(super) fn hash(&self) -> &str {
        &self.0
    }
}

/// Whether `written` is the password of that hash. Of none, too, it takes its time: how long an answer takes says nothing
/// about who has an account.
pub fn matches(written: &str, hash: Option<&str>) -> bool {
    /// Of a password that nobody has: of an account that is not there.
    static NOBODYS: LazyLock<Option<Password>> = LazyLock::new(|| Password::new("không ai cả").ok());
    let Some(known) = hash.or(NOBODYS.as_ref().map(Password::hash)) else { return false };
    let Ok(known) = PasswordHash::new(known) else { return false };
    Argon2::default().verify_password(written.as_bytes(), &known).is_ok() && hash.is_some()
}
