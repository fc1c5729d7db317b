//! Samples in memory, and a resampler of the rig's own, so that the program's is never judged by itself.

use std::f64::consts::PI;
use std::path::Path;

/// The rate of the lines under test.
pub const RATE: u32 = 48_000;

/// Sound in memory, channels interleaved.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Frames a second.
    pub rate: u32,
    /// Samples a frame.
    pub channels: usize,
    /// Of full scale 1.0.
    pub samples: Vec<f32>,
}

impl Track {
    /// All that a source gives. The source must keep one rate and one number of channels.
    pub fn from_source(source: impl rodio::Source) -> Track {
        let (rate, channels) = (source.sample_rate().get(), usize::from(source.channels().get()));
        Track { rate, channels, samples: source.collect() }
    }

    /// A wav file, read by a reader that is not the program's.
    pub fn from_wav(path: &Path) -> Track {
        let mut wav = hound::WavReader::open(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let spec = wav.spec();
        let samples = match spec.sample_format {
            hound::SampleFormat::Float => wav.samples::<f32>().collect::<Result<Vec<_>, _>>(),
            hound::SampleFormat::Int => {
                let full = f64::from(1u32 << (spec.bits_per_sample - 1));
                wav.samples::<i32>().map(|sample| sample.map(|s| (f64::from(s) / full) as f32)).collect()
            }
        };
        Track {
            rate: spec.sample_rate,
            channels: usize::from(spec.channels),
            samples: samples.unwrap_or_else(|fault| panic!("{}: {fault}", path.display())),
        }
    }

    /// Its length in frames.
    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Its length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate)
    }

    /// The frames from one to before another, as far as there are any.
    pub fn excerpt(&self, from: usize, to: usize) -> Track {
        let to = to.min(self.frames());
        let samples = self.samples[from.min(to) * self.channels..to * self.channels].to_vec();
        Track { samples, ..*self }
    }

    /// The loudest sample, of full scale.
    pub fn peak(&self) -> f32 {
        self.samples.iter().fold(0.0, |top, sample| top.max(sample.abs()))
    }

    /// One channel.
    pub fn channel(&self, which: usize) -> Vec<f32> {
        self.samples.iter().skip(which).step_by(self.channels).copied().collect()
    }

    /// The mean of the channels.
    pub fn mono(&self) -> Vec<f32> {
        let scale = 1.0 / self.channels as f32;
        self.samples.chunks_exact(self.channels).map(|frame| frame.iter().sum::<f32>() * scale).collect()
    }

    /// As a line of so many channels plays it: mono on every one of them, else as it is.
    pub fn on_channels(&self, channels: usize) -> Track {
        if channels == self.channels {
            return self.clone();
        }
        assert_eq!(self.channels, 1, "only mono is spread over other channels");
        let samples = self.samples.iter().flat_map(|&sample| std::iter::repeat_n(sample, channels)).collect();
        Track { rate: self.rate, channels, samples }
    }

    /// At another rate, its first frame staying at instant 0.
    pub fn at_rate(&self, rate: u32) -> Track {
        if rate == self.rate {
            return self.clone();
        }
        let common = gcd(rate, self.rate);
        let (up, down) = ((rate / common) as usize, (self.rate / common) as usize);
        // Below the lower of both Nyquist limits, nothing folds back.
        let cutoff = (f64::from(rate) / f64::from(self.rate)).min(1.0);
        let kernels: Vec<Kernel> = (0..up).map(|phase| Kernel::new(phase as f64 / up as f64, cutoff, 48)).collect();
        let frames = (self.frames() * up).div_ceil(down);
        let channels: Vec<Vec<f32>> = (0..self.channels)
            .map(|which| {
                let x = self.channel(which);
                (0..frames).map(|n| kernels[n * down % up].at(&x, (n * down / up).cast_signed())).collect()
            })
            .collect();
        let samples = (0..frames).flat_map(|n| channels.iter().map(move |channel| channel[n])).collect();
        Track { rate, channels: self.channels, samples }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Reads a signal between its samples: a sinc under a Kaiser window.
pub struct Kernel {
    taps: Vec<f32>,
    reach: isize,
}

impl Kernel {
    /// For places that lie `fraction` of a sample after a whole one; `cutoff` of the signal's Nyquist limit is kept, and
    /// `reach` samples on each side are taken.
    pub fn new(fraction: f64, cutoff: f64, reach: isize) -> Kernel {
        let tap = |k: isize| {
            let x = k as f64 - fraction;
            let window = bessel(9.0 * (1.0 - (x / (reach as f64 + 1.0)).powi(2)).max(0.0).sqrt()) / bessel(9.0);
            let sinc = if x.abs() < 1e-9 { cutoff } else { (PI * cutoff * x).sin() / (PI * x) };
            (sinc * window) as f32
        };
        Kernel { taps: (-reach..=reach).map(tap).collect(), reach }
    }

    /// The signal at `whole` and this kernel's fraction; beyond its ends it is silent.
    pub fn at(&self, signal: &[f32], whole: isize) -> f32 {
        let first = whole - self.reach;
        let skip = (-first).max(0) as usize;
        let from = first.max(0) as usize;
        if skip >= self.taps.len() || from >= signal.len() {
            return 0.0;
        }
        dot(&self.taps[skip..], &signal[from..])
    }
}

/// The sum of the products, as far as both reach. Written out: tests are built without optimisation, where each step of an
/// iterator is a call, and of such steps a recording takes hundreds of millions.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let count = a.len().min(b.len());
    let (mut x, mut y) = (&a[..count], &b[..count]);
    let mut sum = 0.0;
    while let (Some((p, p_rest)), Some((q, q_rest))) = (x.split_first_chunk::<16>(), y.split_first_chunk::<16>()) {
        sum += p[0] * q[0] + p[1] * q[1] + p[2] * q[2] + p[3] * q[3];
        sum += p[4] * q[4] + p[5] * q[5] + p[6] * q[6] + p[7] * q[7];
        sum += p[8] * q[8] + p[9] * q[9] + p[10] * q[10] + p[11] * q[11];
        sum += p[12] * q[12] + p[13] * q[13] + p[14] * q[14] + p[15] * q[15];
        (x, y) = (p_rest, q_rest);
    }
    for (at, sample) in x.iter().enumerate() {
        sum += sample * y[at];
    }
    sum
}

/// The modified Bessel function of the first kind, order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}
