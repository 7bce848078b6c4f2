//! Bytes that count up where the system would draw them.

use std::sync::atomic::{AtomicU64, Ordering};

use redress_ports::Entropy;

/// Answers 1, 2, 3, … as 32 bytes, the number in the last eight (big-endian). No answer comes twice.
#[derive(Debug, Default)]
pub struct CountingEntropy {
    n_drawn: AtomicU64,
}

impl Entropy for CountingEntropy {
    fn bytes32(&self) -> Result<[u8; 32], std::io::Error> {
        let number = self.n_drawn.fetch_add(1, Ordering::Relaxed) + 1;
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&number.to_be_bytes());
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_comes_twice() {
        let entropy = CountingEntropy::default();
        let (one, two) = (entropy.bytes32().unwrap(), entropy.bytes32().unwrap());
        assert_eq!((one[31], two[31]), (1, 2));
    }
}
