//! Where a recording lies in what was heard, and how alike the two are.

use super::track::{Kernel, Track};

/// How long a piece of a file is looked for, in seconds: long enough to be like nothing else, short enough to be quick.
const PIECE_S: f64 = 1.0;
/// The first look is taken at every so many samples.
const COARSE: usize = 8;
/// Less alike than this at the best place is not the same sound.
const FOUND: f64 = 0.7;

/// A file found in what was heard, measured at both ends.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Frame of the heard track at which the file's first frame lies.
    pub start: f64,
    /// Frame of the heard track just after the file's last one, as the file's end tells it.
    pub end: f64,
    /// Heard level over the file's, in dB.
    pub gain_db: f64,
    /// What is heard beside the file, over the file, in dB.
    pub residual_db: f64,
    /// The largest difference of one sample, of full scale: a click or a hole.
    pub worst: f32,
    /// Where that was, in seconds after the start.
    pub worst_at: f64,
}

/// Looks for a file near a frame of what was heard; none if it is not within `radius` frames of it. Both tracks must
/// have one rate and the same channels.
pub fn find(file: &Track, heard: &Track, near: f64, radius: usize) -> Option<Found> {
    assert_eq!((file.rate, file.channels), (heard.rate, heard.channels), "only like is compared with like");
    // All that matters lies here; the rest of a long recording need not be gone through.
    let from = (near.round() as usize).saturating_sub(2 * radius);
    let heard = &heard.excerpt(from, from + file.frames() + 4 * radius);
    let near = near - from as f64;
    let (file_mono, heard_mono) = (file.mono(), heard.mono());
    let piece = ((PIECE_S * f64::from(file.rate)) as usize).min(file.frames());
    let start = locate(&file_mono[..piece], &heard_mono, near, radius)?;
    // The end is looked for by itself: only so is a sound that stopped on its way, or ran away, seen to be longer.
    let tail = file.frames() - piece;
    let end = locate(&file_mono[tail..], &heard_mono, start + tail as f64, radius)? + piece as f64;
    let (gain, residual_db, worst, worst_at) = compare(file, heard, start);
    let (start, end) = (start + from as f64, end + from as f64);
    Some(Found { start, end, gain_db: 20.0 * gain.abs().log10(), residual_db, worst, worst_at })
}

/// The place of a piece in a signal, to a small part of a sample.
pub fn locate(piece: &[f32], signal: &[f32], near: f64, radius: usize) -> Option<f64> {
    let near = near.round() as isize;
    // Coarse, on both thinned out.
    let from = (near - radius.cast_signed()).max(0) as usize;
    let to = (near + (radius + piece.len()).cast_signed()).clamp(0, signal.len().cast_signed()) as usize;
    let stretch = signal.get(from..to)?;
    let (thin_piece, thin) = (thinned(piece), thinned(stretch));
    let coarse = best(&thin_piece, &thin, 0, thin.len().checked_sub(thin_piece.len())?)?.0 * COARSE + from;
    // Fine, to the sample.
    let last = signal.len().checked_sub(piece.len())?;
    let fine_from = coarse.saturating_sub(2 * COARSE).min(last);
    let (whole, alike) = best(piece, signal, fine_from, (coarse + 2 * COARSE).min(last))?;
    if alike < FOUND {
        return None;
    }
    // Finer, between the samples: the step that takes most of the remaining difference away, three times.
    let mut place = whole as f64;
    for _ in 0..3 {
        let floor = place.floor();
        let shifted = Shifted::new(place - floor);
        let window = &signal[floor as usize..(floor as usize + piece.len()).min(signal.len())];
        let (mut rr, mut xr) = (0.0, 0.0);
        let r: Vec<f32> = (0..window.len()).map(|n| shifted.at(piece, n)).collect();
        for (x, r) in window.iter().zip(&r) {
            rr += f64::from(r * r);
            xr += f64::from(x * r);
        }
        let gain = xr / rr;
        let (mut slope, mut slopes) = (0.0, 0.0);
        for n in 1..r.len().saturating_sub(1) {
            let d = gain * f64::from(r[n + 1] - r[n - 1]) / 2.0;
            let e = f64::from(window[n]) - gain * f64::from(r[n]);
            slope += e * d;
            slopes += d * d;
        }
        place = (place - (slope / slopes).clamp(-1.0, 1.0)).max(0.0);
    }
    Some(place)
}

/// Least-squares gain, residual in dB, the largest difference and where it is, with the file laid at a frame.
fn compare(file: &Track, heard: &Track, start: f64) -> (f64, f64, f32, f64) {
    let floor = start.floor();
    let shifted = Shifted::new(start - floor);
    let mut pairs = Vec::with_capacity(file.samples.len());
    for which in 0..file.channels {
        let (r, x) = (file.channel(which), heard.channel(which));
        for n in 0..r.len() {
            pairs.push((n, shifted.at(&r, n), x.get(floor as usize + n).copied().unwrap_or(0.0)));
        }
    }
    let (mut rr, mut xr) = (0.0, 0.0);
    for (_, r, x) in &pairs {
        rr += f64::from(r * r);
        xr += f64::from(x * r);
    }
    let gain = xr / rr;
    let (mut left, mut worst, mut worst_at) = (0.0, 0.0f32, 0);
    for (n, r, x) in pairs {
        let e = x - gain as f32 * r;
        left += f64::from(e * e);
        if e.abs() > worst {
            (worst, worst_at) = (e.abs(), n);
        }
    }
    let residual_db = 10.0 * (left / (gain * gain * rr)).max(1e-12).log10();
    (gain, residual_db, worst, worst_at as f64 / f64::from(file.rate))
}

/// A signal laid a part of a sample later.
struct Shifted(Option<Kernel>);

impl Shifted {
    fn new(fraction: f64) -> Shifted {
        // So near a whole sample, the samples themselves are the better reading.
        Shifted((fraction > 1e-3).then(|| Kernel::new(1.0 - fraction, 1.0, 16)))
    }

    fn at(&self, signal: &[f32], n: usize) -> f32 {
        self.0.as_ref().map_or(signal[n], |kernel| kernel.at(signal, n.cast_signed() - 1))
    }
}

fn thinned(signal: &[f32]) -> Vec<f32> {
    signal.chunks(COARSE).map(|chunk| chunk.iter().sum()).collect()
}

/// The lag in `from..=to` at which the piece is most alike, and how much (1: the same but for its level).
fn best(piece: &[f32], signal: &[f32], from: usize, to: usize) -> Option<(usize, f64)> {
    let own: f64 = piece.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
    let mut best = None;
    for lag in from..=to {
        let window = signal.get(lag..lag + piece.len())?;
        let (mut both, mut theirs) = (0.0f32, 0.0f32);
        for (r, x) in piece.iter().zip(window) {
            both += r * x;
            theirs += x * x;
        }
        let alike = f64::from(both) / (own * f64::from(theirs)).sqrt().max(1e-9);
        if best.is_none_or(|(_, top)| alike > top) {
            best = Some((lag, alike));
        }
    }
    best
}
