import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { HISTORY_STATES, historyQuery, type HistoryState, type Told } from '@/api/notifications';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { Chip, type Tone } from '@/ui/Chips';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { TONES } from './People';
import css from './Notifications.module.css';

const STATE_TONES: Readonly<Record<Told['state'], Tone>> = {
  waiting: 'blue', held: 'violet', sending: 'blue', sent: 'good', failed: 'bad', cancelled: 'grey',
};

function Receipt({ told }: { readonly told: Told }): ReactElement | null {
  const { t, say } = useWords();
  const parts = [
    told.joined > 1 ? t('told.joined', { n: told.joined - 1 }) : '',
    told.shortened ? t('told.shortened') : '',
    told.refused.length ? t('told.refused', { names: told.refused.join(t('common.list_sep')) }) : '',
  ].filter(Boolean);
  return (
    <>
      {parts.length > 0 && <p className={css.small}>{parts.join(' · ')}</p>}
      {told.problem && told.state !== 'sent' && <p className={css.fault}>{say(told.problem.message)} {told.problem.how && say(told.problem.how)}</p>}
    </>
  );
}

function Row({ told }: { readonly told: Told }): ReactElement {
  const { t } = useWords();
  return (
    <li className={css.told}>
      <div className={css.toldHead}>
        <Chip tone={TONES[told.severity]}>{t(`told.severity.${told.severity}`)}</Chip>
        <b>{told.subject}</b>
        <span className={css.gap} />
        <Chip tone={STATE_TONES[told.state]}>{t(`told.state.${told.state}`)}</Chip>
        {told.not_before && <span className={css.small}>{t('told.until')} <Time iso={told.not_before} as="compact" /></span>}
      </div>
      <p className={css.facts}>
        <span>{told.to || told.connection.title}</span>
        {told.to && <span>{told.connection.title}</span>}
        {told.order_id && <Link href={orderPath(told.order_id)}>{t('told.order', { no: told.external_no ?? told.order_id })}</Link>}
        <Time iso={told.sent_at ?? told.at} />
      </p>
      <details className={css.text}>
        <summary>{told.text || told.subject}</summary>
        <p>{told.text}</p>
      </details>
      <Receipt told={told} />
    </li>
  );
}

export function History(): ReactElement {
  const { t } = useWords();
  const [state, setState] = useState<HistoryState | null>(null);
  const list = useInfiniteQuery(historyQuery(state));
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <section className={css.section} aria-labelledby="told-history">
      <header className={css.head}>
        <h2 id="told-history">{t('told.history')}</h2>
        <div className={css.tabs}>
          {[null, ...HISTORY_STATES].map((one) => (
            <button key={one ?? ''} type="button" aria-pressed={state === one} onClick={() => setState(one)}>
              {one ? t(`told.history.${one}`) : t('common.all')}
            </button>
          ))}
        </div>
      </header>
      {list.isPending && <Busy />}
      {!list.data && list.error && <ProblemState error={list.error} title={t('told.failed')} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <EmptyState icon={Inbox} title={t('told.history_none')} text="" />}
      <ul className={css.history}>{items.map((told) => <Row key={told.id} told={told} />)}</ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('told.more')}</Button>
      )}
    </section>
  );
}
