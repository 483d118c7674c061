/** What a node and a cell know of each other before a word is said. */

export const CONTROL_FD = 3;
export const FIRST_LANE_FD = 4;

/** Pipes beside those of the first lanes, for lanes that take the place of ended ones. */
export const SPARE_PIPES = 3;

/**
 * Of a cell, by nice(2). Beside two spinning cells the node's own latency has a 99th percentile of 3.3 ms where they have the
 * node's niceness, and of .24 ms where they have 10 more.
 */
export const NICENESS = 10;

/** Of the cells of a tenant with a greater weight: still five less than the node's, a third of its part. */
export const TOP_NICENESS = 5;

/** Of the cells of a tenant with a smaller one: no system has a lower. */
export const LOWEST_NICENESS = 19;
