//! How the C library keeps free memory: large blocks go back to the system at once, and small ones join their neighbours at once. And
//! how the system is asked to lay out what is large.

/// The least bytes of a block that the C library takes from the system by itself, and gives back by itself: its own first value.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE_BLOCK_BYTES: std::ffi::c_int = 128 * 1024;

/// No list of small free blocks that wait to be joined with their neighbours.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const WAITING_BLOCK_BYTES: std::ffi::c_int = 0;

/// Holds the C library to its first threshold, and has it join free blocks as they come. By itself it raises it to the size of every large block that becomes free, up to
/// 32 MiB; what it then cuts out of its heap stays with the process: of 564 MB that a million records took, 230 were free. And by
/// itself it lets small blocks wait and joins all of them at each large request: after the linkage of three million records the checks
/// spent more than half of their time there.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a setting of the C library can be changed by its own function alone")]
pub(crate) fn set_up() {
    // SAFETY: the function takes two numbers and changes a setting of the allocator; no other thread runs yet. It gives 0 where
    // it knows no such setting, which leaves all as it is.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
        libc::mallopt(libc::M_MXFAST, WAITING_BLOCK_BYTES);
    }
}

/// Other C libraries have no such threshold.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn set_up() {}

/// Has the system lay out large blocks in large pages from now on: records are looked up in tables that are many times larger than what
/// the processor can find in small pages at once. A page that is begun is held whole, up to 2 MB for each block, so that a run with a
/// limit of its memory does without.
pub(crate) fn use_large_pages() {
    #[cfg(target_os = "linux")]
    large_pages::IS_ASKED_FOR.store(true, std::sync::atomic::Ordering::Relaxed);
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "an allocator is an unsafe trait, and pages are asked for by a function of the system"
)]
mod large_pages {
    use std::{
        alloc::{GlobalAlloc, Layout, System},
        sync::atomic::{AtomicBool, Ordering},
    };

    /// The least bytes of a block for which large pages are asked for.
    const BLOCK_BYTES_MIN: usize = 2 << 20;
    /// Bytes of the smallest page of any machine of which the large ones are known: a block begins and ends somewhere in one.
    const PAGE_BYTES: usize = 4 << 10;

    pub(super) static IS_ASKED_FOR: AtomicBool = AtomicBool::new(false);

    #[global_allocator]
    static ALLOCATOR: LargePages = LargePages;

    /// The allocator of the system, which is told of large blocks.
    struct LargePages;

    // SAFETY: every block comes from the allocator of the system and goes back to it, with the layout that was asked for.
    unsafe impl GlobalAlloc for LargePages {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller keeps the promises of `alloc`.
            told_of(unsafe { System.alloc(layout) }, layout.size())
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block is of the allocator of the system.
            unsafe { System.dealloc(block, layout) }
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller keeps the promises of `alloc_zeroed`.
            told_of(unsafe { System.alloc_zeroed(layout) }, layout.size())
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, n_bytes: usize) -> *mut u8 {
            // SAFETY: the block is of the allocator of the system.
            told_of(unsafe { System.realloc(block, layout, n_bytes) }, n_bytes)
        }
    }

    /// A block, after the system was asked for large pages where it is large.
    #[inline]
    fn told_of(block: *mut u8, n_bytes: usize) -> *mut u8 {
        if n_bytes >= BLOCK_BYTES_MIN && !block.is_null() && IS_ASKED_FOR.load(Ordering::Relaxed) {
            let from = (block as usize).next_multiple_of(PAGE_BYTES);
            let n_bytes = (block as usize + n_bytes).saturating_sub(from) / PAGE_BYTES * PAGE_BYTES;
            // SAFETY: the pages lie within the block, and the advice changes nothing that is in them. What the system makes of it, and
            // whether it refuses, changes no result.
            unsafe { libc::madvise(from as *mut libc::c_void, n_bytes, libc::MADV_HUGEPAGE) };
        }
        block
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_large_block_holds_what_is_written_into_it() {
            IS_ASKED_FOR.store(true, Ordering::Relaxed);
            let mut numbers = vec![0u64; BLOCK_BYTES_MIN / 8 + 1];
            for n in 0..BLOCK_BYTES_MIN as u64 {
                numbers.push(n);
            }
            assert!(numbers[..=BLOCK_BYTES_MIN / 8].iter().all(|zero| *zero == 0));
            assert!(numbers[BLOCK_BYTES_MIN / 8 + 1..].iter().copied().eq(0..BLOCK_BYTES_MIN as u64));
        }
    }
}
