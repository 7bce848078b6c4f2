//! Numbers that lie in memory of their own, or where a file was mapped.

use std::ops::{Deref, Range};
use std::sync::Arc;

use zerocopy::{FromBytes, Immutable};

/// Bytes that stay where they are as long as anybody holds them: read into memory, or mapped from a file.
pub type HeldBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A number of a fixed width, little-endian at rest.
pub(crate) trait Number: FromBytes + Immutable + Copy + 'static {
    /// The number of as many bytes as it is wide.
    fn of_bytes(bytes: &[u8]) -> Self;
    /// Calls `write` with the bytes of the number.
    fn with_bytes<T>(self, write: impl FnOnce(&[u8]) -> T) -> T;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn of_bytes(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(0, Self::from_le_bytes)
            }

            fn with_bytes<T>(self, write: impl FnOnce(&[u8]) -> T) -> T {
                write(&self.to_le_bytes())
            }
        }
    )*};
}

number!(u8, u32, u64);

/// Numbers of one width.
pub(crate) enum Slab<T> {
    Own(Vec<T>),
    /// A range of bytes that lie as the numbers do in memory.
    Held(HeldBytes, Range<usize>),
}

impl<T: Number> Slab<T> {
    /// The numbers of a range of bytes, in place where they lie as in memory, otherwise copied; `None` when the range is not of
    /// whole numbers.
    pub(crate) fn held(bytes: &HeldBytes, range: Range<usize>) -> Option<Self> {
        let part = (**bytes).as_ref().get(range.clone())?;
        if part.len() % size_of::<T>() != 0 {
            return None;
        }
        if cfg!(target_endian = "little") && <[T]>::ref_from_bytes(part).is_ok() {
            return Some(Self::Held(Arc::clone(bytes), range));
        }
        Some(Self::Own(part.chunks_exact(size_of::<T>()).map(T::of_bytes).collect()))
    }

    /// The numbers, to be changed; they are copied where they do not lie in memory of their own.
    pub(crate) fn own(&mut self) -> &mut Vec<T> {
        if let Self::Held(..) = self {
            *self = Self::Own(self.to_vec());
        }
        match self {
            Self::Own(numbers) => numbers,
            Self::Held(..) => unreachable!("they were copied"),
        }
    }
}

impl<T: Number> Deref for Slab<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Own(numbers) => numbers,
            Self::Held(bytes, range) => {
                let part = (**bytes).as_ref().get(range.clone()).unwrap_or_default();
                <[T]>::ref_from_bytes(part).unwrap_or_default()
            }
        }
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl<T> From<Vec<T>> for Slab<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self::Own(numbers)
    }
}

impl<T: Number + std::fmt::Debug> std::fmt::Debug for Slab<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: usize, to: usize, expected: Option<&[u32]>) {
        let bytes: HeldBytes = Arc::new((0..16).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
        let found = Slab::<u32>::held(&bytes, from..to);
        assert_eq!(found.as_deref(), expected, "{from} to {to}");
        let Some(mut found) = found else { return };
        found.own().push(99);
        assert_eq!(found.last(), Some(&99));
    }

    #[test]
    fn numbers_are_read_where_they_lie() {
        check(8, 16, Some(&[2, 3]));
        check(0, 0, Some(&[]));
        check(1, 5, Some(&[0x0100_0000]));
        check(8, 15, None);
        check(8, 99, None);
    }
}
