import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Columns3Cog, KeyRound, NotebookTabs, SearchX } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { recordModelsQuery, recordsQuery, type RecordField, type RecordModel, type StoredRecord } from '@/api/records';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { Money } from '@/ui/Money';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { ScreenTitle } from '../frame/Frame';
import css from './Records.module.css';

function Value({ field, record }: { readonly field: RecordField; readonly record: StoredRecord }): ReactElement {
  const { t } = useWords();
  const value = record.values[field.key];
  if (value === undefined) return <span className={css.quiet}>–</span>;
  if (typeof value === 'boolean') return <>{t(value ? 'records.yes' : 'records.no')}</>;
  if (field.kind === 'money') return <Money fen={Number(value)} />;
  if (field.kind === 'instant') return <Time iso={String(value)} as="absolute" />;
  return <>{String(value)}</>;
}

function Row({ model, record }: { readonly model: RecordModel; readonly record: StoredRecord }): ReactElement {
  const { t, say } = useWords();
  return (
    <tr>
      {model.fields.map((field) => <td key={field.key} data-label={say(field.title)}><Value field={field} record={record} /></td>)}
      <td data-label={t('records.changed')}><Time iso={record.changed_at} /></td>
      <td data-label={t('records.order')}>
        {record.order_id ? <Link href={orderPath(record.order_id)}>{t('records.order')}</Link> : <span className={css.quiet}>–</span>}
      </td>
    </tr>
  );
}

function Grid({ model, items }: { readonly model: RecordModel; readonly items: readonly StoredRecord[] }): ReactElement {
  const { t, say } = useWords();
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={say(model.title)}>
      <table className={css.table}>
        <thead>
          <tr>
            {model.fields.map((field) => (
              <th key={field.key} scope="col">
                {say(field.title)}
                {field.known_by && <span title={t('records.known_by')}><KeyRound size={12} aria-label={t('records.known_by')} /></span>}
              </th>
            ))}
            <th scope="col">{t('records.changed')}</th>
            <th scope="col">{t('records.order')}</th>
          </tr>
        </thead>
        <tbody>{items.map((record) => <Row key={record.id} model={model} record={record} />)}</tbody>
      </table>
    </div>
  );
}

function Records({ model, text }: { readonly model: RecordModel; readonly text: string }): ReactElement {
  const { t } = useWords();
  const found = useInfiniteQuery(recordsQuery(model.key, text));
  const items = (found.data?.pages ?? []).flatMap((page) => page.items);
  const { hasNextPage, isFetching, fetchNextPage } = found;
  // Stretches without a hit are passed over.
  const goesOn = items.length === 0 && hasNextPage && !found.error;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage, found.data]);
  if (!found.data && found.error) return <ProblemState error={found.error} title={t('records.failed')} retry={() => void found.refetch()} />;
  if (found.isPending || goesOn) return <Busy />;
  if (items.length === 0) {
    return text
      ? <EmptyState icon={SearchX} title={t('records.nothing_found', { text })} text={t('records.nothing_found_how')} />
      : <EmptyState icon={NotebookTabs} title={t('records.empty')} text={t('records.empty_how')} />;
  }
  return (
    <>
      <Grid model={model} items={items} />
      {found.hasNextPage && (
        <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('records.more')}</Button>
      )}
    </>
  );
}

function Choice({ models }: { readonly models: readonly RecordModel[] }): ReactElement | null {
  const { t, say } = useWords();
  const [chosen, choose] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 300);
  const model = models.find((one) => one.key === chosen) ?? models[0];
  if (!model) return null;
  return (
    <>
      <div className={css.bar}>
        <select aria-label={t('records.choose')} value={model.key} onChange={(event) => choose(event.target.value)}>
          {models.map((one) => <option key={one.key} value={one.key}>{say(one.title)}</option>)}
        </select>
        <input type="search" aria-label={t('records.search')} placeholder={t('records.search')} value={text} onChange={(event) => setText(event.target.value)} />
      </div>
      <Records key={model.key} model={model} text={wanted} />
    </>
  );
}

/** What rules wrote down, model by model. */
export default function RecordsScreen(): ReactElement {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(recordModelsQuery);
  const making = (
    <Button component={Link} href="/records/fields" variant="light" size="sm" leftSection={<Columns3Cog size={15} />}>{t('fields.title')}</Button>
  );
  return (
    <div className={css.screen}>
      <ScreenTitle title={t('records.title')} />
      {!data && !error && <Busy />}
      {!data && error && <ProblemState error={error} title={t('records.failed')} retry={() => void refetch()} />}
      {data && data.items.length === 0 && <EmptyState icon={NotebookTabs} title={t('records.none')} text={t('records.none_how')}>{making}</EmptyState>}
      {data && data.items.length > 0 && (
        <>
          <div className={css.head}><p className={css.how}>{t('records.how')}</p>{making}</div>
          <Choice models={data.items} />
        </>
      )}
    </div>
  );
}
