//! The least and the mean of the latest values, kept up as each new one comes.

use std::collections::VecDeque;

/// A sum below this is what rounding leaves of noughts.
const NOUGHT: f64 = 1e-6;

/// The least of the latest values: those that a later, smaller one has made idle are forgotten.
pub(super) struct Hold {
    span: u64,
    values: VecDeque<(u64, f64)>,
}

impl Hold {
    pub(super) fn new(span: usize) -> Hold {
        Hold { span: span as u64, values: VecDeque::with_capacity(span + 1) }
    }

    pub(super) fn least(&mut self, at: u64, value: f64) -> f64 {
        while self.values.back().is_some_and(|(_, other)| *other >= value) {
            self.values.pop_back();
        }
        self.values.push_back((at, value));
        while self.values.front().is_some_and(|(since, _)| since + self.span <= at) {
            self.values.pop_front();
        }
        self.values.front().map_or(value, |(_, least)| *least)
    }
}

/// The mean of the latest values, which were 0 before the first.
pub(super) struct Mean {
    values: VecDeque<f64>,
    sum: f64,
}

impl Mean {
    pub(super) fn new(span: usize) -> Mean {
        Mean { values: VecDeque::from(vec![0.0; span.max(1)]), sum: 0.0 }
    }

    pub(super) fn of(&mut self, value: f64) -> f64 {
        self.sum += value - self.values.pop_front().unwrap_or(value);
        self.values.push_back(value);
        if self.sum.abs() < NOUGHT { 0.0 } else { self.sum / self.values.len() as f64 }
    }
}
