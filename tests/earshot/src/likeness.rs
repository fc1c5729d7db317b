//! Where a recording lies in what was heard, and how alike the two are.

use super::track::{Kernel, Track, dot};

/// How long a piece of a file is looked for, in seconds: long enough to be like nothing else, short enough to be quick.
const PIECE_S: f64 = 1.0;
/// The first look is taken at every so many samples.
const COARSE: usize = 8;
/// So much less of a sound is none, as a share of its power.
const FAINT: f64 = 1e-6;
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
    let coarse = likenesses(&thin_piece, &thin, 0, thin.len().checked_sub(thin_piece.len())?);
    // Fine, to the sample, around each place that may be it: music that nearly repeats itself has several, and thinned
    // out, a wrong one may look better than the right one.
    let last = signal.len().checked_sub(piece.len())?;
    let (whole, alike) = peaks(&coarse)
        .into_iter()
        .filter_map(|lag| {
            let at = (lag * COARSE + from).min(last);
            let fine_from = at.saturating_sub(COARSE);
            let fine = likenesses(piece, signal, fine_from, (at + COARSE).min(last));
            let (best, alike) = fine.into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
            Some((fine_from + best, alike))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
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

/// Of a row of likenesses, the places that stand out among their neighbours: the best dozen of them.
fn peaks(likenesses: &[f64]) -> Vec<usize> {
    let at = |n: usize| likenesses.get(n).copied().unwrap_or(f64::MIN);
    let mut peaks: Vec<usize> =
        (0..likenesses.len()).filter(|&n| at(n) >= at(n + 1) && (n == 0 || at(n) >= at(n - 1))).collect();
    peaks.sort_by(|&a, &b| at(b).total_cmp(&at(a)));
    peaks.truncate(12);
    peaks
}

/// How alike the piece is to the signal at each lag of `from..=to` (1: the same but for its level).
fn likenesses(piece: &[f32], signal: &[f32], from: usize, to: usize) -> Vec<f64> {
    let square = |sample: &f32| f64::from(*sample) * f64::from(*sample);
    let energy = |samples: &[f32]| samples.iter().map(square).sum::<f64>();
    let own = energy(piece);
    let mut theirs = signal.get(from..from + piece.len()).map_or(0.0, energy);
    let mut all = Vec::new();
    let mut lag = from;
    while lag <= to && lag + piece.len() <= signal.len() {
        // In what is next to silent only the errors of the sum are alike.
        let is_faint = theirs < own * FAINT;
        let both = if is_faint { 0.0 } else { f64::from(dot(piece, &signal[lag..])) };
        all.push(both / (own * theirs.max(own * FAINT)).sqrt().max(1e-9));
        // From window to window one sample goes and one comes.
        theirs += signal.get(lag + piece.len()).map_or(0.0, square) - square(&signal[lag]);
        lag += 1;
    }
    all
}
