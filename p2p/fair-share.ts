/**
 * Whether one more for somebody would be more than is fair: each may have as many as all together leave. One alone can take half,
 * two a third each, and whoever has none yet finds some, without a part that is kept for anybody (A. K. Choudhury, E. L. Hahne,
 * "Dynamic queue length thresholds for shared-memory packet switches", 1998).
 * @param own what it has of `all` that are taken, of `most`
 * @param part as the part of what is left that it may have: 4 for a quarter
 */
export function isGreedy(own: number, all: number, most: number, part = 1): boolean {
  return part * own >= most - all;
}
