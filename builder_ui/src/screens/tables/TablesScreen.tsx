import { useQuery } from '@tanstack/react-query';
import { TableProperties } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { blueprintsQuery } from '@/api/rules';
import { tableQuery, tablesQuery, type TableSummary } from '@/api/tables';
import { useWords } from '@/i18n';
import { tablePath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { EmptyState, ProblemState } from '@/ui/States';
import { ScreenTitle } from '../frame/Frame';
import { Editor } from './Editor';
import { Parameters, SETTINGS } from './Parameters';
import css from './Tables.module.css';

function List({ tables, chosen }: { readonly tables: readonly TableSummary[]; readonly chosen: string }): ReactElement {
  const { t, say } = useWords();
  return (
    <nav className={css.list} aria-label={t('tab.list')}>
      <Link href={tablePath(SETTINGS)} className={css.table} aria-current={chosen === SETTINGS ? 'page' : undefined}>
        <b>{t('par.title')}</b>
        <span>{t('par.how')}</span>
      </Link>
      {tables.map((one) => (
        <Link key={one.id} href={tablePath(one.id)} className={css.table} aria-current={one.id === chosen ? 'page' : undefined} data-table={one.key}>
          <b>{say(one.title)}</b>
          <span>{t('tab.rows', { n: one.rows })} · {t('tab.version', { n: one.version })}</span>
        </Link>
      ))}
    </nav>
  );
}

function One({ id }: { readonly id: string }): ReactElement {
  const { t } = useWords();
  const found = useQuery(tableQuery(id));
  if (found.data) return <Editor key={id} table={found.data} />;
  if (found.error) return <ProblemState error={found.error} title={t('tab.failed')} retry={() => void found.refetch()} />;
  return <Busy />;
}

/** Values that are edited without publishing. */
export default function TablesScreen({ id }: { readonly id: string | null }): ReactElement {
  const { t, say } = useWords();
  const found = useQuery(tablesQuery);
  const tables = found.data?.items ?? [];
  const live = useQuery(blueprintsQuery).data?.items.filter((one) => one.live_version !== null) ?? [];
  const chosen = id ?? tables[0]?.id ?? (live.length > 0 ? SETTINGS : undefined);
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('tab.title')}>
      <ScreenTitle title={t('tab.title')} />
      {found.isPending && <Busy />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('tab.failed')} retry={() => void found.refetch()} />}
      {found.data && !chosen && <EmptyState icon={TableProperties} title={t('tab.none')} text={t('tab.none_how')} />}
      {chosen && (
        <div className={css.inner}>
          <p className={css.quiet}>{t('tab.how')}</p>
          <div className={css.parts}>
            <List tables={tables} chosen={chosen} />
            {chosen === SETTINGS
              ? <div className={css.editor}>{live.map((one) => <Parameters key={one.key} blueprint={one.key} title={say(one.title)} />)}</div>
              : <One id={chosen} />}
          </div>
        </div>
      )}
    </div>
  );
}
