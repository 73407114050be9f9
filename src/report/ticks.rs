//! Round times for an axis: one choice for the plot of a check and for the timeline.

/// Times that read well, in milliseconds.
const STEPS: [u64; 23] = [
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    604_800_000,
];

/// At most five times from zero to `end_ms`, evenly apart.
pub(super) fn round(end_ms: u64) -> impl Iterator<Item = u64> {
    let step = STEPS.into_iter().find(|step| step * 4 >= end_ms).unwrap_or(end_ms.div_ceil(4)).max(1);
    (0..=4).map_while(move |i| step.checked_mul(i)).filter(move |t| *t <= end_ms)
}
