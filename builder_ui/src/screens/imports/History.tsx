import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { importsQuery, OUTCOMES, type FileImport } from '@/api/imports';
import { useWords } from '@/i18n';
import { importPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { PlatformMark } from '@/ui/Chips';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ImportChip } from './StateChip';
import css from './Imports.module.css';

function Row({ of }: { readonly of: FileImport }): ReactElement {
  const { t } = useWords();
  const told = OUTCOMES.filter((outcome) => of.counts[outcome] > 0);
  return (
    <li className={css.entry} data-import={of.id}>
      <div className={css.what}>
        <h3><Link href={importPath(of.id)}>{of.name}</Link><ImportChip of={of} /></h3>
        <p className={css.facts}>
          <span className={css.mark}><PlatformMark platform={of.platform} />{of.account.title}</span>
          <span>{t('imports.by', { name: of.created_by })}</span>
          <Time iso={of.created_at} as="both" />
        </p>
      </div>
      <p className={css.facts}>
        {told.map((outcome) => <span key={outcome} className={outcome === 'failed' ? css.bad : undefined}>{t(`imports.count.${outcome}`, { n: of.counts[outcome] })}</span>)}
      </p>
    </li>
  );
}

/** Every file that was ever brought, the newest first. */
export function History(): ReactElement {
  const { t } = useWords();
  const found = useInfiniteQuery(importsQuery);
  const items = (found.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <section className={css.history}>
      <h2>{t('imports.history')}</h2>
      {found.isPending && <Busy />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('imports.history_failed')} retry={() => void found.refetch()} />}
      {found.data && items.length === 0 && <EmptyState icon={FileUp} title={t('imports.none')} text={t('imports.none_how')} />}
      <ul className={css.entries}>{items.map((one) => <Row key={one.id} of={one} />)}</ul>
      {found.hasNextPage && (
        <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('imports.earlier')}</Button>
      )}
    </section>
  );
}
