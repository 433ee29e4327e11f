import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { failuresQuery } from '@/api/imports';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { ProblemState } from '@/ui/States';
import css from './Imports.module.css';

/** The records that are not in: where each stands, why, and how to put it right. */
export function Failures({ id, failed }: { readonly id: string; readonly failed: number }): ReactElement {
  const { t, say } = useWords();
  const found = useInfiniteQuery(failuresQuery(id));
  const items = (found.data?.pages ?? []).flatMap((page) => page.items);
  const total = found.data?.pages[0]?.total ?? 0;
  return (
    <section>
      <h2>{t('imports.failures', { n: failed })}</h2>
      <p className={css.quiet}>{t('imports.failures_how')}</p>
      {found.isPending && <Busy small />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('imports.failures_failed')} retry={() => void found.refetch()} />}
      <ul className={css.failures}>
        {items.map((one) => (
          <li key={`${one.place} ${one.code}`}>
            <span className={css.place}>{t(one.is_row ? 'imports.row' : 'imports.record', { n: one.place })}</span>
            <span>
              {one.external_no && <b>{one.external_no} </b>}
              {say(one.message)} {one.how && <span className={css.quiet}>{say(one.how)}</span>}
            </span>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('imports.failures_more', { n: total - items.length })}</Button>
      )}
      {!found.hasNextPage && total > 0 && failed > total && <p className={css.quiet}>{t('imports.failures_beyond', { n: failed - total })}</p>}
    </section>
  );
}
