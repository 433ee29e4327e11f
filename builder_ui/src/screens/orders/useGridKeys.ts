import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { OrderRow } from '@/api/types';

interface Input {
  readonly rows: readonly OrderRow[];
  readonly openId: string | null;
  readonly show: (id: string | null) => void;
  readonly search: RefObject<HTMLInputElement | null>;
}

export interface GridKeys {
  readonly active: string | null;
  readonly open: (row: OrderRow) => void;
  readonly move: (step: number | 'first' | 'last') => void;
  /** Shows the next (1) or previous (-1) order in the drawer; undefined where there is none. */
  readonly step: (by: 1 | -1) => (() => void) | undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="dialog"]') !== null;
}

const isButton = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, a') !== null;

/** J and K move, Enter opens, Escape closes, / searches, from anywhere on the screen. */
export function useGridKeys({ rows, openId, show, search }: Input): GridKeys {
  const [active, setActive] = useState<string | null>(openId);
  const current = openId ?? active;

  const open = useCallback((row: OrderRow) => {
    setActive(row.id);
    show(row.id);
  }, [show]);

  const move = useCallback((by: number | 'first' | 'last') => {
    const at = rows.findIndex((r) => r.id === current);
    const last = rows.length - 1;
    const to = by === 'first' ? 0 : by === 'last' ? last : Math.max(0, Math.min(last, at + by));
    const row = rows[to];
    if (!row) return;
    setActive(row.id);
    if (openId !== null) show(row.id);
  }, [rows, current, openId, show]);

  const step = useCallback((by: 1 | -1) => {
    const at = rows.findIndex((r) => r.id === current);
    return at >= 0 && rows[at + by] ? () => move(by) : undefined;
  }, [rows, current, move]);

  const latest = useRef({ move, open, show, openId, current, rows });
  latest.current = { move, open, show, openId, current, rows };

  useEffect(() => {
    const actions: Readonly<Record<string, (now: typeof latest.current) => boolean>> = {
      j: (now) => (now.move(1), true),
      k: (now) => (now.move(-1), true),
      '/': () => (search.current?.focus(), true),
      Escape: (now) => now.openId !== null && (now.show(null), true),
      Enter: (now) => {
        const row = now.rows.find((r) => r.id === now.current);
        return row !== undefined && now.openId === null && (now.open(row), true);
      },
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'Enter' && isButton(event.target)) return;
      const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act?.(latest.current)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [search]);

  return { active: current, open, move, step };
}
