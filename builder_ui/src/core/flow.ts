/** Places the cards of the flow and the lines between them, and tells which counts rose. */

export type Kind = 'source' | 'mapping' | 'rules' | 'warehouse' | 'wms' | 'label' | 'alert';

export interface Step {
  readonly id: string;
  readonly kind: Kind;
  readonly count_24h: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

export interface Card {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

export interface Column {
  readonly kind: Kind;
  readonly x: number;
  readonly w: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  readonly cards: readonly Card[];
  readonly lines: readonly Line[];
}

export const COLUMNS: readonly Kind[] = ['source', 'mapping', 'rules', 'warehouse', 'wms'];
/** Labels are got where fulfilments go out. */
export const columnOf = (kind: Kind): Kind => (kind === 'label' ? 'wms' : kind);

const CARD = { h: 92, minW: 136, maxW: 240 };
const GAP = { minX: 30, maxX: 108, y: 18, alert: 40 };
const HEAD = 34;

/** Below this the flow does not fit side by side. */
export const LEAST_WIDTH = COLUMNS.length * CARD.minW + (COLUMNS.length - 1) * GAP.minX;

export function layOut(steps: readonly Step[], edges: readonly Edge[], width: number): Layout {
  const columns = COLUMNS.map((kind) => ({ kind, steps: steps.filter((s) => columnOf(s.kind) === kind) })).filter((c) => c.steps.length > 0);
  const alerts = steps.filter((s) => s.kind === 'alert');
  const spread = columnWidths(width, columns.length);
  const tallest = Math.max(1, ...columns.map((c) => c.steps.length));
  const body = tallest * (CARD.h + GAP.y) - GAP.y;
  const placed = columns.map((c, i) => ({ kind: c.kind, x: spread.left + i * (spread.w + spread.gap), w: spread.w, steps: c.steps }));
  const cards = placed.flatMap((c) => column(c.steps, c.x, c.w, HEAD + (body - stackHeight(c.steps.length)) / 2));
  cards.push(...alertRow(alerts, placed, spread, HEAD + body + GAP.alert));
  return {
    width,
    height: HEAD + body + (alerts.length > 0 ? GAP.alert + CARD.h : 0),
    columns: placed.map(({ kind, x, w }) => ({ kind, x, w })),
    cards,
    lines: connect(cards, edges, HEAD + body),
  };
}

interface Spread {
  readonly w: number;
  readonly gap: number;
  readonly left: number;
}

function columnWidths(width: number, count: number): Spread {
  if (count === 0) return { w: CARD.maxW, gap: 0, left: 0 };
  const ideal = count === 1 ? width : (width - (count - 1) * GAP.minX) / count;
  const w = Math.floor(Math.max(CARD.minW, Math.min(CARD.maxW, ideal * 0.82)));
  const gap = count === 1 ? 0 : Math.max(GAP.minX, Math.min(GAP.maxX, (width - count * w) / (count - 1)));
  const left = Math.max(0, (width - count * w - (count - 1) * gap) / 2);
  return { w, gap: Math.floor(gap), left: Math.floor(left) };
}

function stackHeight(count: number): number {
  return count * (CARD.h + GAP.y) - GAP.y;
}

function column(steps: readonly Step[], x: number, w: number, top: number): Card[] {
  return steps.map((s, i) => ({ id: s.id, x, y: Math.round(top + i * (CARD.h + GAP.y)), w, h: CARD.h }));
}

/** Alerts stand under the rules (or the last column before them) and run to the right. */
function alertRow(alerts: readonly Step[], placed: readonly { kind: Kind; x: number }[], spread: Spread, y: number): Card[] {
  const under = placed.find((c) => c.kind === 'rules')?.x ?? placed[Math.floor(placed.length / 2)]?.x ?? 0;
  const room = Math.max(1, spread.w + spread.gap);
  return alerts.map((s, i) => ({ id: s.id, x: under + i * room, y, w: spread.w, h: CARD.h }));
}

function connect(cards: readonly Card[], edges: readonly Edge[], bodyBottom: number): Line[] {
  const byId = new Map(cards.map((c) => [c.id, c]));
  return edges.flatMap((e) => {
    const [a, b] = [byId.get(e.from), byId.get(e.to)];
    if (!a || !b) return [];
    const path = b.y > bodyBottom ? downward(a, b) : sideways(a, b);
    return [{ id: `${e.from}>${e.to}`, from: e.from, to: e.to, path }];
  });
}

function sideways(a: Card, b: Card): string {
  const [x1, y1, x2, y2] = [a.x + a.w, a.y + a.h / 2, b.x, b.y + b.h / 2];
  const bend = Math.max(18, (x2 - x1) / 2);
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function downward(a: Card, b: Card): string {
  const [x1, y1, x2, y2] = [a.x + a.w / 2, a.y + a.h, b.x + b.w / 2, b.y];
  const bend = Math.max(18, (y2 - y1) / 2);
  return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

/** By how much each step's count rose since the last look; steps seen for the first time did not rise. */
export function rises(before: readonly Step[] | undefined, after: readonly Step[]): ReadonlyMap<string, number> {
  const known = new Map((before ?? []).map((s) => [s.id, s.count_24h]));
  const risen = after.flatMap((s): [string, number][] => {
    const gain = s.count_24h - (known.get(s.id) ?? s.count_24h);
    return gain > 0 ? [[s.id, gain]] : [];
  });
  return new Map(risen);
}

/** The grid filter that shows the orders behind a card, from the card's id; null when there is none. */
export function ordersBehind(step: { readonly id: string; readonly kind: Kind }): string | null {
  const [, first = ''] = step.id.split(':');
  switch (step.kind) {
    case 'source':
      return first ? `platform=${encodeURIComponent(first)}` : '';
    case 'warehouse':
      return first ? `warehouse=${encodeURIComponent(first)}` : '';
    case 'mapping':
      return '';
    case 'rules':
      return 'state=to_ship';
    case 'wms':
      return 'state=handed_over';
    case 'label':
    case 'alert':
      return null;
  }
}
