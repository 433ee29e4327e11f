import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import type { ClipboardEvent, ReactElement } from 'react';
import type { LiveTable } from '@/api/tables';
import { isOthers, swapped, type Row } from '@/core/liveTable';
import { useWords } from '@/i18n';
import { KeyCell, ValueCell } from './Cells';
import { kindsOf, type TableWords } from './words';
import css from './Tables.module.css';

interface Props {
  readonly table: LiveTable;
  readonly words: TableWords;
  readonly rows: readonly Row[];
  readonly may: boolean;
  readonly faults: ReadonlyMap<string, string>;
  readonly set: (rows: readonly Row[]) => void;
  readonly onPaste: (text: string) => void;
}

function Fault({ text }: { readonly text: string | undefined }): ReactElement | null {
  return text ? <p className={css.fault}>{text}</p> : null;
}

function Moves({ rows, at, last, set }: { readonly rows: readonly Row[]; readonly at: number; readonly last: number; readonly set: Props['set'] }): ReactElement {
  const { t } = useWords();
  const n = at + 1;
  return (
    <>
      <button type="button" className={css.icon} disabled={at === 0} aria-label={t('tab.up', { n })} title={t('tab.up', { n })} onClick={() => set(swapped(rows, at, at - 1))}><ArrowUp size={15} aria-hidden="true" /></button>
      <button type="button" className={css.icon} disabled={at >= last} aria-label={t('tab.down', { n })} title={t('tab.down', { n })} onClick={() => set(swapped(rows, at, at + 1))}><ArrowDown size={15} aria-hidden="true" /></button>
    </>
  );
}

function Line({ table, words, rows, may, faults, set, at }: Omit<Props, 'onPaste'> & { readonly at: number }): ReactElement | null {
  const { t } = useWords();
  const row = rows[at];
  if (!row) return null;
  const [n, others] = [at + 1, isOthers(kindsOf(table), rows, at)];
  const last = table.values === 'couriers' ? rows.length - 2 : rows.length - 1;
  const [keyFault, valueFault] = [faults.get(`${at}/keys`), faults.get(`${at}/value`)];
  const cell = { table, words, row, n, may, change: (next: Row) => set(rows.map((one) => (one.id === row.id ? next : one))) };
  return (
    <tr data-row={n} data-others={others || undefined}>
      <td className={css.number}>{n}</td>
      <td>
        {others ? <><b>{t('tab.others')}</b><p className={css.quiet}>{t('tab.others_how')}</p></> : <KeyCell {...cell} bad={keyFault !== undefined} />}
        <Fault text={keyFault} />
      </td>
      <td>
        <ValueCell {...cell} bad={valueFault !== undefined} />
        <Fault text={valueFault} />
      </td>
      {may && (
        <td className={css.acts}>
          {!others && table.keys === 'province' && <Moves rows={rows} at={at} last={last} set={set} />}
          {!others && <button type="button" className={css.icon} aria-label={t('tab.remove', { n })} title={t('tab.remove', { n })} onClick={() => set(rows.filter((one) => one.id !== row.id))}><Trash2 size={15} aria-hidden="true" /></button>}
        </td>
      )}
    </tr>
  );
}

/** The rows of a table. Several cells pasted anywhere in it go to the dialog that reads them. */
export function Grid(props: Props): ReactElement {
  const { t, say } = useWords();
  const { table, rows, may, onPaste } = props;
  const paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain');
    if (!may || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    onPaste(text);
  };
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={say(table.title)} onPaste={paste}>
      <table className={css.grid}>
        <thead>
          <tr>
            <th scope="col" className={css.number}>#</th>
            <th scope="col">{t(`tab.keys.${table.keys}`)}</th>
            <th scope="col">{t(`tab.values.${table.values}`)}</th>
            {may && <th scope="col"><span className="ol-hide">{t('tab.actions')}</span></th>}
          </tr>
        </thead>
        <tbody>{rows.map((row, at) => <Line key={row.id} {...props} at={at} />)}</tbody>
      </table>
    </div>
  );
}
