import type { ReactElement } from 'react';
import css from './Login.module.css';

const STEP = 44;
const COUNT = 16;
const WIDTH = 7;
const GAP = 9;

/** A thread passes over one crossing and under the next; where it is under, its dash has a gap. */
function dashes(offset: number): { readonly strokeDasharray: string; readonly strokeDashoffset: number } {
  return { strokeDasharray: `${2 * STEP - 2 * GAP} ${2 * GAP}`, strokeDashoffset: offset * STEP - STEP / 2 - GAP };
}

/** The cloth behind the product's name, fading out towards the words. */
export function Weave(): ReactElement {
  const threads = Array.from({ length: COUNT }, (_, i) => i);
  const size = COUNT * STEP;
  const middle = (i: number): number => i * STEP + STEP / 2;
  return (
    <svg className={css.weave} viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="xMaxYMin slice" aria-hidden="true">
      <defs>
        <radialGradient id="light" cx="0.78" cy="0.2" r="0.85">
          <stop offset="0" stopColor="#fff" />
          <stop offset="0.45" stopColor="#fff" stopOpacity="0.5" />
          <stop offset="1" stopColor="#fff" stopOpacity="0" />
        </radialGradient>
        <mask id="fade"><rect width={size} height={size} fill="url(#light)" /></mask>
      </defs>
      <g mask="url(#fade)" fill="none" strokeWidth={WIDTH}>
        {threads.map((i) => <path key={`w${i}`} d={`M${middle(i)} 0V${size}`} stroke="#fff" strokeOpacity="0.3" {...dashes(i % 2)} />)}
        {threads.map((i) => <path key={`f${i}`} d={`M0 ${middle(i)}H${size}`} stroke="#a5b8ff" strokeOpacity="0.5" {...dashes((i + 1) % 2)} />)}
      </g>
    </svg>
  );
}
