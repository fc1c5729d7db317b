//! What many ask for is worked out by one of them, and remembered for some seconds.

use std::future::Future;

use tokio::sync::Mutex;

use super::refused::Refused;
use crate::clock;

/// It is worked out again after this, in ms.
const KEPT_MS: u64 = 5_000;

/// A value, as it was some seconds ago at most.
pub(super) struct Remembered<T>(Mutex<Option<(u64, T)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered(Mutex::default())
    }
}

impl<T: Clone> Remembered<T> {
    /// What is remembered, else what `work` comes to; whoever asks meanwhile waits for that.
    ///
    /// # Errors
    /// Those of `work`; nothing is then remembered.
    pub async fn or(&self, work: impl Future<Output = Result<T, Refused>>) -> Result<T, Refused> {
        let mut kept = self.0.lock().await;
        let now_ms = clock::awake_or_asleep_ms();
        if let Some((_, known)) = kept.as_ref().filter(|(at_ms, _)| now_ms < at_ms + KEPT_MS) {
            return Ok(known.clone());
        }
        let found = work.await?;
        *kept = Some((now_ms, found.clone()));
        Ok(found)
    }

    /// It is another now.
    pub async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_one_has_worked_out_serves_the_others_until_it_is_forgotten() {
        let kept = Remembered::default();
        assert!(kept.or(async { Err(Refused::silent()) }).await.is_err());
        assert_eq!(kept.or(async { Ok(1) }).await, Ok(1), "a refusal is not remembered");
        assert_eq!(kept.or(async { Ok(2) }).await, Ok(1));
        kept.forget().await;
        assert_eq!(kept.or(async { Ok(3) }).await, Ok(3));
    }
}
