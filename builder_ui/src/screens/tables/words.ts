import type { LiveTable } from '@/api/tables';
import { rowsOf, type Called, type Kinds, type Row } from '@/core/liveTable';
import { useWords } from '@/i18n';
import { useCourierName } from '@/ui/Chips';

/** Which column a table's cells stand in. */
export const kindsOf = ({ keys, values }: LiveTable): Kinds => ({ keys, values });

export interface TableWords {
  readonly place: (key: string) => string;
  readonly keys: (row: Row) => string;
  readonly value: (row: Row) => string;
  readonly called: Called;
}

/** How a table's cells are called here, and what pasted words mean. */
export function useTableWords(table: LiveTable): TableWords {
  const { t, say } = useWords();
  const courier = useCourierName();
  const titles = new Map(table.sets.map((set) => [set.key, say(set.title)]));
  const place = (key: string): string => titles.get(key) ?? key;
  const sep = t('common.list_sep');
  const value = (row: Row): string => {
    if (table.values === 'couriers') return row.shares.map((one) => `${courier(one.courier)} ${one.weight}`).join(sep);
    return table.values === 'yes_no' ? t(row.text === 'yes' ? 'tab.yes' : 'tab.no') : row.text;
  };
  const lower = (pairs: Iterable<readonly [string, string]>): ReadonlyMap<string, string> =>
    new Map([...pairs].map(([name, code]) => [name.toLowerCase(), code]));
  return {
    place,
    keys: (row) => row.keys.map(place).join(sep) || t('tab.others'),
    value,
    called: {
      couriers: lower(table.couriers.flatMap((code) => [[code, code], [courier(code), code]] as const)),
      places: lower([...titles].map(([key, title]) => [title, key] as const)),
      others: [t('tab.others').toLowerCase(), '*'],
      yes: t('tab.yes').toLowerCase(),
      no: t('tab.no').toLowerCase(),
    },
  };
}

/** One entry of a version as rows of text. */
export const rowsIn = (table: LiveTable, entry: LiveTable['entries'][number]): Row | undefined =>
  rowsOf({ keys: 'province', values: table.values }, [entry])[0];
