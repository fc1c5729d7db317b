//! What belongs together, found in a time that grows hardly faster than how much there is: a month may have thousands of
//! slots at one instant.

use std::collections::BTreeMap;

/// The places of equal `keys`, the groups in the order in which their first ones come.
pub(super) fn grouped<K: Ord>(keys: impl IntoIterator<Item = K>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<K, usize> = BTreeMap::new();
    for (at, key) in keys.into_iter().enumerate() {
        let group = *known.entry(key).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(at);
    }
    groups
}

/// Of each key how many equal ones stand before it.
pub(super) fn numbered<K: Ord>(keys: impl IntoIterator<Item = K>) -> impl Iterator<Item = usize> {
    let mut known: BTreeMap<K, usize> = BTreeMap::new();
    keys.into_iter().map(move |key| {
        let count = known.entry(key).or_default();
        *count += 1;
        *count - 1
    })
}

/// Of each instant the one of the `stretches`, ascending by their first instants, that holds it; of several the one that
/// begins last. A stretch ends before its second instant.
pub(super) fn holding<T: Ord + Copy>(stretches: &[(T, T)], instants: &[T]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..instants.len()).collect();
    order.sort_by_key(|at| instants[*at]);
    let mut found = vec![None; instants.len()];
    let mut coming = stretches.iter().enumerate().peekable();
    let mut begun: Vec<usize> = Vec::new();
    for at in order {
        let now = instants[at];
        while let Some((stretch, _)) = coming.next_if(|(_, (from, _))| *from <= now) {
            begun.push(stretch);
        }
        // What is over now is over at every later instant.
        while begun.pop_if(|stretch| stretches[*stretch].1 <= now).is_some() {}
        found[at] = begun.last().copied();
    }
    found
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;

    use super::*;

    thread_local! { static COMPARED: Cell<usize> = const { Cell::new(0) }; }

    /// A number that counts how often it is compared.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Counted(usize);

    impl Ord for Counted {
        fn cmp(&self, other: &Counted) -> Ordering {
            COMPARED.set(COMPARED.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Counted {
        fn partial_cmp(&self, other: &Counted) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    fn compared(work: impl FnOnce()) -> usize {
        COMPARED.set(0);
        work();
        COMPARED.get()
    }

    #[test]
    fn what_belongs_together_is_found() {
        assert_eq!(grouped(["b", "a", "b", "c", "a"]), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!(numbered(["b", "a", "b", "b"]).collect::<Vec<_>>(), [0, 0, 1, 2]);
        let stretches = [(0, 100), (10, 20), (15, 18), (90, 120)];
        let held = holding(&stretches, &[130, 16, 0, 18, 20, 100, 95]);
        assert_eq!(held, [None, Some(2), Some(0), Some(1), Some(0), Some(3), Some(3)]);
    }

    #[test]
    fn ten_thousand_at_one_instant_cost_hardly_more_for_each_than_a_hundred() {
        let all_one = |n: usize| (0..n).map(|_| Counted(7)).collect::<Vec<_>>();
        let all_other = |n: usize| (0..n).map(|at| Counted(at * 7919 % n)).collect::<Vec<_>>();
        let stretches = |n: usize| (0..n).map(|at| (Counted(at / 2), Counted(n + at % 3))).collect::<Vec<_>>();
        for n in [100_usize, 10_000] {
            // So many times it is halved, and a node of a tree is looked through in order.
            let least = n * (n.ilog2() as usize + 1) * 4;
            for keys in [all_one(n), all_other(n)] {
                let found = [
                    compared(|| drop(grouped(keys.iter().copied()))),
                    compared(|| assert_eq!(numbered(keys.iter().copied()).count(), n)),
                    compared(|| drop(holding(&stretches(n), &keys))),
                ];
                assert!(found.iter().all(|count| *count <= least), "{n}: {found:?}");
            }
        }
    }
}
