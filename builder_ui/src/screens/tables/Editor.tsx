import { Button } from '@mantine/core';
import { ClipboardPaste, Plus, Save } from 'lucide-react';
import { lazy, Suspense, useEffect, useState, type ReactElement } from 'react';
import type { LiveTable } from '@/api/tables';
import { entriesOf, rowsOf, withRow, type Row } from '@/core/liveTable';
import { useWords } from '@/i18n';
import { useHub } from '@/ui/hub';
import { Time } from '@/ui/Time';
import { Grid } from './Grid';
import { History } from './History';
import { useTyped } from './typed';
import { useSaving, type Saving } from './useSaving';
import { kindsOf, useTableWords } from './words';
import css from './Tables.module.css';

const PasteDialog = lazy(() => import('./PasteDialog'));

function Head({ table }: { readonly table: LiveTable }): ReactElement {
  const { t, say } = useWords();
  const lists = table.used_by.map((one) => say(one.title)).join(t('common.list_sep'));
  return (
    <header className={css.head}>
      <h2>{say(table.title)}</h2>
      <p className={css.facts}>
        <b data-version-now={table.version}>{t('tab.version', { n: table.version })}</b>
        <span>{t('tab.changed', { name: table.changed_by })} <Time iso={table.changed_at} /></span>
        <span>{lists ? t('tab.used_by', { lists }) : t('tab.unused')}</span>
        <span>{say(table.blueprint.title)}</span>
      </p>
    </header>
  );
}

interface ConflictProps {
  readonly saving: Saving;
  readonly keep: (version: number) => void;
  readonly drop: () => void;
}

function Conflict({ saving, keep, drop }: ConflictProps): ReactElement | null {
  const { t } = useWords();
  if (!saving.conflict) return null;
  const reload = async (then: (version: number) => void): Promise<void> => {
    const version = await saving.reload();
    if (version !== null) then(version);
  };
  return (
    <div className={css.conflict} role="alert">
      <p><b>{saving.conflict.title}</b></p>
      <div className={css.end}>
        <Button size="compact-sm" variant="default" onClick={() => void reload(keep)}>{t('tab.keep_mine')}</Button>
        <Button size="compact-sm" onClick={() => void reload(drop)}>{t('tab.take_theirs')}</Button>
      </div>
    </div>
  );
}

/** Asks before the page is left with changes that are not saved. */
function useLeaving(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
}

/** One table: its rows, what is not saved yet, and its history. */
export function Editor({ table }: { readonly table: LiveTable }): ReactElement {
  const { t } = useWords();
  const may = useHub().user.role !== 'viewer';
  const [kinds, words, saving] = [kindsOf(table), useTableWords(table), useSaving(table)];
  const [typed, setTyped] = useTyped(table.id);
  const [stored, setStored] = useState(() => ({ version: table.version, rows: rowsOf(kinds, table.entries) }));
  const [pasting, paste] = useState<string | null>(null);
  if (stored.version !== table.version) setStored({ version: table.version, rows: rowsOf(kinds, table.entries) });
  const [rows, from] = [typed?.rows ?? stored.rows, typed?.version ?? table.version];
  const same = (some: readonly Row[]): string => JSON.stringify(entriesOf(kinds, some));
  const dirty = typed !== null && same(typed.rows) !== same(stored.rows);
  useLeaving(dirty);
  const set = (next: readonly Row[]): void => {
    setTyped({ rows: next, version: from });
    saving.forget();
  };
  const drop = (): void => {
    setTyped(null);
    saving.forget();
  };
  const save = async (): Promise<void> => {
    if (await saving.save(entriesOf(kinds, rows), from)) setTyped(null);
  };
  const restore = async (version: number): Promise<void> => {
    if (await saving.restore(version)) setTyped(null);
  };
  return (
    <article className={css.editor}>
      <Head table={table} />
      {!may && <p className={css.quiet}>{t('tab.viewer')}</p>}
      <Grid table={table} words={words} rows={rows} may={may} faults={saving.faults} set={set} onPaste={paste} />
      {table.keys === 'province' && <p className={css.quiet}>{t('tab.first_counts')}</p>}
      {may && (
        <div className={css.bar} data-dirty={dirty || undefined}>
          <Button size="xs" variant="default" leftSection={<Plus size={15} />} onClick={() => set(withRow(kinds, rows))}>{t('tab.add')}</Button>
          <Button size="xs" variant="default" leftSection={<ClipboardPaste size={15} />} onClick={() => paste('')}>{t('tab.paste')}</Button>
          <span className={css.gap} role="status">{dirty && t('tab.dirty')}</span>
          {dirty && <Button size="xs" variant="default" onClick={drop}>{t('tab.discard')}</Button>}
          <Button size="xs" leftSection={<Save size={15} />} disabled={!dirty} loading={saving.busy} onClick={() => void save()}>{t('tab.save')}</Button>
        </div>
      )}
      <Conflict saving={saving} keep={(version) => setTyped({ rows, version })} drop={drop} />
      <History table={table} words={words} restore={may && !dirty ? (version) => void restore(version) : null} />
      {pasting !== null && <Suspense><PasteDialog table={table} words={words} rows={rows} text={pasting} set={set} close={() => paste(null)} /></Suspense>}
    </article>
  );
}
