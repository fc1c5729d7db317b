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
    /// Whole samples of 16 bits, little-endian, as a sound server gives them.
    pub fn from_s16le(rate: u32, channels: usize, bytes: &[u8]) -> Track {
        let sample = |pair: &[u8]| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0;
        Track { rate, channels, samples: bytes.chunks_exact(2).map(sample).collect() }
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

/// The sum of the products, as far as both reach. In sixteen sums beside one another, which the compiler adds up side by side.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let count = a.len().min(b.len());
    let (a, b) = (a[..count].chunks_exact(16), b[..count].chunks_exact(16));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(p, q)| p * q).sum();
    let mut sums = [0.0f32; 16];
    for (a, b) in a.zip(b) {
        for ((sum, p), q) in sums.iter_mut().zip(a).zip(b) {
            *sum += p * q;
        }
    }
    rest + sums.iter().sum::<f32>()
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
