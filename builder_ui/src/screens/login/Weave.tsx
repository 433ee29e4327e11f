import type { ReactElement } from 'react';
import css from './Login.module.css';

const STEP = 56;
const COUNT = 14;
const GAP = 13;

/** Every second crossing passes under: one thread's dashes leave out the places where it is hidden. */
function dashes(offset: number): { readonly strokeDasharray: string; readonly strokeDashoffset: number } {
  const shown = 2 * STEP - 2 * GAP;
  return { strokeDasharray: `${shown} ${2 * GAP}`, strokeDashoffset: offset * STEP - GAP };
}

/** The cloth behind the product's name: shops come in from the left, parcels leave below. */
export function Weave(): ReactElement {
  const threads = Array.from({ length: COUNT }, (_, i) => i);
  const size = COUNT * STEP;
  return (
    <svg className={css.weave} viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <defs>
        <linearGradient id="warp" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#fff" stopOpacity="0" />
          <stop offset="0.55" stopColor="#fff" stopOpacity="0.16" />
          <stop offset="1" stopColor="#fff" stopOpacity="0.02" />
        </linearGradient>
        <linearGradient id="weft" x1="0" y1="0" x2="1" y2="0">
          <stop offset="0" stopColor="#a5b8ff" stopOpacity="0.02" />
          <stop offset="0.6" stopColor="#a5b8ff" stopOpacity="0.3" />
          <stop offset="1" stopColor="#a5b8ff" stopOpacity="0.04" />
        </linearGradient>
      </defs>
      <g strokeWidth="12" fill="none">
        {threads.map((i) => (
          <rect key={`w${i}`} x={i * STEP + STEP / 2 - 6} y={0} width={12} height={size} fill="url(#warp)" stroke="none" />
        ))}
        {threads.map((i) => (
          <path key={`f${i}`} d={`M0 ${i * STEP + STEP / 2}H${size - 0.01}v0.01`} stroke="url(#weft)" {...dashes(i % 2)} />
        ))}
      </g>
    </svg>
  );
}
