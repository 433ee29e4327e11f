/** Mulberry32: the same seed always invents the same world. */
export function dice(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  const pick = (list) => list[below(list.length)];
  const weighted = (pairs) => {
    let point = next() * pairs.reduce((sum, [, w]) => sum + w, 0);
    for (const [value, weight] of pairs) {
      point -= weight;
      if (point < 0) return value;
    }
    return pairs[0][0];
  };
  return { next, below, pick, weighted, digits: (n) => Array.from({ length: n }, () => below(10)).join('') };
}
