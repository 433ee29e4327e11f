import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { versionsQuery, type LiveTable, type TableVersion } from '@/api/tables';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { Chip } from '@/ui/Chips';
import { ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { rowsIn, type TableWords } from './words';
import css from './Tables.module.css';

type Change = TableVersion['changes'][number];

/** One row before and after, in words. */
function Told({ table, words, change }: { readonly table: LiveTable; readonly words: TableWords; readonly change: Change }): ReactElement {
  const { t } = useWords();
  const [before, after] = [change.before, change.after].map((entry) => (entry ? rowsIn(table, entry) : undefined));
  const kind = before && after ? 'changed_row' : after ? 'added' : 'removed';
  const said = (row: typeof before): string => (row ? `${words.keys(row)}: ${words.value(row)}` : '');
  return (
    <li data-change={kind}>
      <span className={css.quiet}>{t(`tab.${kind}`)}</span>
      {before && <del>{said(before)}</del>}
      {after && <ins>{said(after)}</ins>}
    </li>
  );
}

interface OneProps {
  readonly table: LiveTable;
  readonly words: TableWords;
  readonly version: TableVersion;
  readonly restore: ((version: number) => void) | null;
}

function One({ table, words, version, restore }: OneProps): ReactElement {
  const { t } = useWords();
  const { version: n, by, at, restored, first, changes } = version;
  return (
    <li className={css.version} data-version={n}>
      <p className={css.facts}>
        <b>{t('tab.version', { n })}</b>
        <span>{by}</span>
        <Time iso={at} as="both" />
        {n === table.version && <Chip tone="good">{t('tab.now')}</Chip>}
        {restored !== null && <Chip tone="violet">{t('tab.was_restored', { n: restored })}</Chip>}
        {restore && n !== table.version && (
          <Button size="compact-xs" variant="default" onClick={() => restore(n)}>{t('tab.restore', { n })}</Button>
        )}
      </p>
      <ul className={css.changes}>
        {changes.map((change, i) => <Told key={i} table={table} words={words} change={change} />)}
        {changes.length === 0 && <li className={css.quiet}>{t(first ? 'tab.first' : 'tab.moved')}</li>}
      </ul>
    </li>
  );
}

/** Who changed what, newest first. */
export function History({ table, words, restore }: Omit<OneProps, 'version'>): ReactElement {
  const { t } = useWords();
  const found = useInfiniteQuery(versionsQuery(table.id));
  const items = (found.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <section aria-label={t('tab.history')}>
      <h3 className={css.subhead}>{t('tab.history')}</h3>
      {found.isPending && <Busy small />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('tab.failed')} retry={() => void found.refetch()} />}
      <ol className={css.versions}>{items.map((version) => <One key={version.version} table={table} words={words} version={version} restore={restore} />)}</ol>
      {found.hasNextPage && <Button variant="default" size="xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('tab.earlier')}</Button>}
    </section>
  );
}
