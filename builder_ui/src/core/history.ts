/** A short memory of one number over time, thinned to fixed slots, for a sparkline. */

export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Adds a sample and forgets those older than `span` milliseconds. */
export function remember(samples: readonly Sample[], next: Sample, span: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last && last.at >= next.at) return samples;
  return [...samples.filter((s) => next.at - s.at <= span), next];
}

const FEWEST = 5;

/** Points of a line in a `width` x `height` box from the first sample to the last, zero at the bottom. */
export function sparkline(samples: readonly Sample[], width: number, height: number): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < FEWEST) return '';
  const span = last.at - first.at;
  const top = Math.max(1, ...samples.map((s) => s.value));
  const point = (s: Sample): string => {
    const x = width - ((last.at - s.at) / span) * width;
    const y = height - (s.value / top) * height;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return samples.map(point).join(' ');
}
