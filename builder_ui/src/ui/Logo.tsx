import type { ReactElement } from 'react';

/** Two threads woven through two threads: the mark of the product. */
export function Logo({ size = 32 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#3b5bdb" />
      <g fill="none" strokeWidth="3.8">
        <path stroke="#fff" d="M11 5.5v2.7M11 13.8v12.7M21 5.5v12.7M21 23.8v2.7" />
        <path stroke="#a5b8ff" d="M5.5 11h12.7M23.8 11h2.7M5.5 21h2.7M13.8 21h12.7" />
      </g>
    </svg>
  );
}
