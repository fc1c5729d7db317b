//! Chance that comes again: numbers drawn from a seed (SplitMix64), the same on every machine and for ever.

/// A source of drawn numbers.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The numbers of a seed.
    pub fn of(seed: u64) -> Draw {
        Draw(seed)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `from` to below `to`; `from` where there is none.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.any() % to.saturating_sub(from).max(1)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.between(0, times) == 0
    }

    /// One of these; none of none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(usize::try_from(self.between(0, all.len() as u64)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::Draw;

    #[test]
    fn a_seed_draws_the_same_numbers_for_ever() {
        // The reference values of SplitMix64 for the seed 1234567.
        let mut draw = Draw::of(1_234_567);
        assert_eq!([draw.any(), draw.any()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
        let mut draw = Draw::of(1);
        assert!((0..1000).all(|_| (3..7).contains(&draw.between(3, 7))));
    }
}
