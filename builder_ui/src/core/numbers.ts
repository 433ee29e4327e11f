/** Numbers as people type them. */

/** Only digits a document keeps exactly. */
export function wholeOf(text: string): number | null {
  const number = /^\s*-?\d{1,15}\s*$/.test(text) ? Number(text) : null;
  return Object.is(number, -0) ? 0 : number;
}

/** Yuan on the screen, whole fen in the document; never a fraction in between. */
export function fenOf(text: string): number | null {
  const found = /^\s*(\d{1,12})(?:[.。](\d{0,2}))?\s*$/.exec(text);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

export const yuan = (fen: number): string => {
  const whole = String(Math.trunc(fen / 100));
  return fen % 100 === 0 ? whole : `${whole}.${String(Math.abs(fen % 100)).padStart(2, '0')}`;
};
