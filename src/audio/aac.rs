//! Does an AAC stream announce what the decoder does not do? It refuses HE-AAC where the object type says so, but not
//! where the announcement stands behind an ordinary AAC-LC header, as most encoders put it: then it would play the lower
//! half of the tones only.

/// Does the AudioSpecificConfig (ISO 14496-3, 1.6.2.1) announce spectral band replication behind an AAC-LC header?
pub(super) fn announces_sbr(config: &[u8]) -> bool {
    read(&mut Bits { bytes: config, at: 0 }).unwrap_or(false)
}

fn read(bits: &mut Bits<'_>) -> Option<bool> {
    const AAC_LC: u32 = 2;
    const SBR: u32 = 5;
    const PS: u32 = 29;
    const EXTENSION: u32 = 0x2B7;
    let object = bits.take(5)?;
    if bits.take(4)? == 15 {
        // The rate itself, in place of its index.
        bits.take(24)?;
    }
    let channels = bits.take(4)?;
    if object != AAC_LC || channels == 0 {
        return Some(matches!(object, SBR | PS));
    }
    let _frame_length = bits.take(1)?;
    if bits.take(1)? == 1 {
        // The core coder's delay.
        bits.take(14)?;
    }
    let _extension_flag = bits.take(1)?;
    if bits.take(11)? != EXTENSION || !matches!(bits.take(5)?, SBR | PS) {
        return Some(false);
    }
    Some(bits.take(1)? == 1)
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::announces_sbr;

    #[test]
    fn an_announcement_behind_a_plain_header_is_seen() {
        // AAC-LC, 48 kHz, mono: without extension, with one that says no, with one that says yes.
        assert!(!announces_sbr(&[0x11, 0x88]));
        assert!(!announces_sbr(&[0x11, 0x88, 0x56, 0xE5, 0x00]));
        assert!(announces_sbr(&[0x11, 0x88, 0x56, 0xE5, 0x80]));
        // HE-AAC by its object type, and rubbish.
        assert!(announces_sbr(&[0x2B, 0x11, 0x88, 0x00]));
        assert!(!announces_sbr(&[]));
    }
}
