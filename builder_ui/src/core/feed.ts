/** Folding fresh rows into what is on screen, so that nothing jumps under the reader. */

export interface Row {
  readonly id: string;
  readonly updated_at: string;
}

export interface Page<R extends Row> {
  readonly items: readonly R[];
  readonly next: string | null;
  readonly total: number;
  readonly total_capped: boolean;
}

/** Replaces rows that changed, in place; unchanged pages and rows keep their identity. */
export function refresh<R extends Row, P extends Page<R>>(pages: readonly P[], fresh: readonly R[]): readonly P[] {
  const byId = new Map(fresh.map((r) => [r.id, r]));
  let touched = false;
  const out = pages.map((page) => {
    const items = page.items.map((old) => {
      const now = byId.get(old.id);
      return now && !same(old, now) ? now : old;
    });
    if (items.every((r, i) => r === page.items[i])) return page;
    touched = true;
    return { ...page, items };
  });
  return touched ? out : pages;
}

function same<R extends Row>(a: R, b: R): boolean {
  return a.updated_at === b.updated_at && JSON.stringify(a) === JSON.stringify(b);
}

/** Rows of a fresh first page that are not on screen yet, and whether there may be more of them. */
export function unseen<R extends Row>(pages: readonly Page<R>[], fresh: readonly R[]): { count: number; more: boolean } {
  const shown = new Set(pages.flatMap((p) => p.items.map((r) => r.id)));
  const count = fresh.filter((r) => !shown.has(r.id)).length;
  return { count, more: count > 0 && count === fresh.length };
}

/** One list without repeats: rows may move between pages while they are being read. */
export function distinct<R extends Row>(pages: readonly Page<R>[]): readonly R[] {
  const byId = new Map<string, R>();
  for (const page of pages) for (const row of page.items) if (!byId.has(row.id)) byId.set(row.id, row);
  return [...byId.values()];
}
