import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/api/client';
import { restoreTable, saveTable, tableQuery, type LiveTable } from '@/api/tables';
import { faultsByCell, type Entry } from '@/core/liveTable';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { sayProblem, type Said } from '@/ui/States';

export interface Saving {
  readonly busy: boolean;
  readonly faults: ReadonlyMap<string, string>;
  /** Somebody else saved meanwhile: who, and what to do. */
  readonly conflict: Said | null;
  /** Saves entries made from the version `from`. */
  readonly save: (entries: readonly Entry[], from: number) => Promise<boolean>;
  readonly restore: (version: number) => Promise<boolean>;
  /** Reads the newest version and gives its number; null when it cannot be read. */
  readonly reload: () => Promise<number | null>;
  readonly forget: () => void;
}

const NONE: ReadonlyMap<string, string> = new Map();
const CONFLICT = 409;

export function useSaving(table: LiveTable): Saving {
  const words = useWords();
  const { t } = words;
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState(NONE);
  const [conflict, setConflict] = useState<Said | null>(null);

  const forget = (): void => {
    setFaults(NONE);
    setConflict(null);
  };
  const taken = (saved: LiveTable): void => {
    forget();
    client.setQueryData(tableQuery(saved.id).queryKey, saved);
    void client.invalidateQueries({ queryKey: ['tables'], predicate: ({ queryKey }) => queryKey.length !== 2 });
  };
  const refused = (error: unknown): void => {
    const said = sayProblem(error, words);
    if (error instanceof ApiError && error.status === CONFLICT) return setConflict(said);
    const cells = error instanceof ApiError ? faultsByCell(error.problem.errors) : NONE;
    setFaults(cells);
    if (cells.size > 0) show('bad', t('tab.faults', { n: cells.size }));
    else show('bad', said.title, said.how);
  };
  const doing = async (change: () => Promise<LiveTable>, told: (saved: LiveTable) => void): Promise<boolean> => {
    setBusy(true);
    try {
      const saved = await change();
      taken(saved);
      told(saved);
      return true;
    } catch (error) {
      refused(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const restore = (version: number, current = table.version): Promise<boolean> =>
    doing(() => restoreTable(table.id, version, current), (saved) => show('good', t('tab.restored', { from: version, n: saved.version })));
  const save = (entries: readonly Entry[], from: number): Promise<boolean> =>
    doing(() => saveTable(table.id, from, entries), (saved) => {
      const undo = (): void => void restore(from, saved.version);
      show('good', t('tab.saved', { n: saved.version }), null, { label: t('tab.undo'), run: undo });
    });
  const reload = async (): Promise<number | null> => {
    try {
      const newest = await client.fetchQuery({ ...tableQuery(table.id), staleTime: 0 });
      taken(newest);
      return newest.version;
    } catch (error) {
      refused(error);
      return null;
    }
  };
  return { busy, faults, conflict, save, restore: (version) => restore(version), reload, forget };
}
