//! The benchmarks of schemac, a package of their own so that its tests need not build what it is compared with.
