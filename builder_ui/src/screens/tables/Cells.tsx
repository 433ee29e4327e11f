import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import { vocabularyQuery } from '@/api/rules';
import type { LiveTable } from '@/api/tables';
import type { Row, Share } from '@/core/liveTable';
import { wholeOf } from '@/core/numbers';
import { useWords } from '@/i18n';
import { useCourierName } from '@/ui/Chips';
import type { TableWords } from './words';
import css from './Tables.module.css';

export interface CellProps {
  readonly table: LiveTable;
  readonly words: TableWords;
  readonly row: Row;
  /** From 1. */
  readonly n: number;
  readonly may: boolean;
  readonly bad: boolean;
  readonly change: (row: Row) => void;
}

function Places({ table, words, row, n, may, bad, change }: CellProps): ReactElement {
  const { t, say } = useWords();
  const regions = useQuery(vocabularyQuery).data?.regions ?? [];
  const free = (key: string): boolean => !row.keys.includes(key);
  const label = t('tab.cell', { what: t('tab.keys.province'), n });
  return (
    <div className={css.chips}>
      {row.keys.map((key) => (
        <span key={key} className={css.chip} data-set={key.startsWith('@') || undefined} title={table.sets.find((set) => set.key === key)?.members.join(t('common.list_sep'))}>
          {words.place(key)}
          {may && (
            <button type="button" aria-label={t('tab.drop', { what: words.place(key) })} onClick={() => change({ ...row, keys: row.keys.filter((one) => one !== key) })}>
              <X size={13} aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      {may && (
        <select className={css.more} aria-label={label} aria-invalid={bad || undefined} value="" onChange={(e) => change({ ...row, keys: [...row.keys, e.currentTarget.value] })}>
          <option value="">{t('tab.add_place')}</option>
          <optgroup label={t('tab.group_sets')}>
            {table.sets.filter((set) => free(set.key)).map((set) => <option key={set.key} value={set.key}>{t('tab.set_of', { title: say(set.title), n: set.members.length })}</option>)}
          </optgroup>
          <optgroup label={t('tab.group_places')}>
            {regions.filter(free).map((name) => <option key={name} value={name}>{name}</option>)}
          </optgroup>
        </select>
      )}
    </div>
  );
}

export function KeyCell(props: CellProps): ReactElement {
  const { t } = useWords();
  const { table, row, n, may, bad, change } = props;
  if (table.keys === 'province') return <Places {...props} />;
  return (
    <input
      className={css.box} aria-label={t('tab.cell', { what: t(`tab.keys.${table.keys}`), n })} aria-invalid={bad || undefined}
      value={row.keys[0] ?? ''} readOnly={!may} inputMode={table.keys === 'integer' ? 'numeric' : undefined} autoComplete="off"
      onChange={(e) => change({ ...row, keys: [e.currentTarget.value] })}
    />
  );
}

interface ShareProps {
  readonly share: Share;
  readonly whole: number;
  readonly n: number;
  readonly may: boolean;
  readonly put: (share: Share | null) => void;
}

function OneShare({ share, whole, n, may, put }: ShareProps): ReactElement {
  const { t } = useWords();
  const name = useCourierName()(share.courier);
  const weigh = (text: string): void => {
    const weight = text.trim() === '' ? 0 : wholeOf(text);
    if (weight !== null && weight >= 0 && weight <= 1000) put({ ...share, weight });
  };
  return (
    <span className={css.share} data-courier={share.courier}>
      <b>{name}</b>
      <input className={css.weight} aria-label={t('tab.weight_of', { name, n })} inputMode="numeric" value={share.weight} readOnly={!may} onFocus={(e) => e.currentTarget.select()} onChange={(e) => weigh(e.currentTarget.value)} />
      {whole > 0 && <span className={css.quiet}>{t('tab.share', { n: Math.round((share.weight / whole) * 100) })}</span>}
      {may && <button type="button" aria-label={t('tab.drop', { what: name })} onClick={() => put(null)}><X size={13} aria-hidden="true" /></button>}
    </span>
  );
}

function Shares({ table, row, n, may, bad, change }: CellProps): ReactElement {
  const { t } = useWords();
  const name = useCourierName();
  const { shares } = row;
  const whole = shares.reduce((sum, one) => sum + one.weight, 0);
  const put = (at: number) => (next: Share | null): void =>
    change({ ...row, shares: shares.flatMap((one, i) => (i === at ? (next ? [next] : []) : [one])) });
  const free = table.couriers.filter((code) => !shares.some((one) => one.courier === code));
  return (
    <div className={css.chips}>
      {shares.map((share, i) => <OneShare key={share.courier} share={share} whole={whole} n={n} may={may} put={put(i)} />)}
      {may && free.length > 0 && (
        <select className={css.more} aria-label={t('tab.cell', { what: t('tab.values.couriers'), n })} aria-invalid={bad || undefined} value="" onChange={(e) => change({ ...row, shares: [...shares, { courier: e.currentTarget.value, weight: 1 }] })}>
          <option value="">{t('tab.add_courier')}</option>
          {free.map((code) => <option key={code} value={code}>{name(code)}</option>)}
        </select>
      )}
    </div>
  );
}

export function ValueCell(props: CellProps): ReactElement {
  const { t } = useWords();
  const { table, row, n, may, bad, change } = props;
  const label = t('tab.cell', { what: t(`tab.values.${table.values}`), n });
  if (table.values === 'couriers') return <Shares {...props} />;
  if (table.values === 'yes_no') {
    return (
      <select className={css.box} aria-label={label} disabled={!may} value={row.text} onChange={(e) => change({ ...row, text: e.currentTarget.value })}>
        <option value="yes">{t('tab.yes')}</option>
        <option value="no">{t('tab.no')}</option>
      </select>
    );
  }
  return (
    <input
      className={css.box} data-number={table.values !== 'text' || undefined} aria-label={label} aria-invalid={bad || undefined} value={row.text} readOnly={!may}
      inputMode={table.values === 'text' ? undefined : 'decimal'} autoComplete="off" onChange={(e) => change({ ...row, text: e.currentTarget.value })}
    />
  );
}
