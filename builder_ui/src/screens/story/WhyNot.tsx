import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { whyNotQuery } from '@/api/queries';
import type { WhyNot } from '@/api/types';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { Disclosure } from '@/ui/Disclosure';
import { ProblemState } from '@/ui/States';
import css from './Story.module.css';

function Way({ way }: { readonly way: WhyNot['ways'][number] }): ReactElement {
  const { t, say } = useWords();
  const { changes, row } = way;
  const rule = t('story.why_not.rule', { n: row.position, title: say(row.title) });
  if (changes === null) return <li>{t('story.why_not.never', { rule })}</li>;
  if (changes.length === 0) return <li>{t('story.why_not.backup', { rule })}</li>;
  return <li>{t('story.why_not.if', { rule, changes: changes.map(say).join(t('common.list_sep')) })}</li>;
}

function Answer({ order }: { readonly order: string }): ReactElement {
  const { t, say } = useWords();
  const { data, error, refetch } = useQuery(whyNotQuery(order));
  if (error) return <ProblemState error={error} title={t('story.why_not.failed')} retry={() => void refetch()} />;
  if (!data) return <Busy />;
  return (
    <ul className={css.otherLists}>
      {data.items.map((item) => (
        <li key={item.role} className={css.otherList}>
          <span className={css.otherTitle}>{say(item.title)}</span>
          {item.ways.length === 0 ? <span>{t('story.why_not.no_rule')}</span> : <ul>{item.ways.map((way) => <Way key={way.row.id} way={way} />)}</ul>}
        </li>
      ))}
    </ul>
  );
}

/** What would send the order to another warehouse; worked out only when somebody asks. */
export function WhyNotElsewhere({ order }: { readonly order: string }): ReactElement {
  const { t } = useWords();
  return <Disclosure show={t('story.why_not')} hide={t('story.why_not')}>{() => <Answer order={order} />}</Disclosure>;
}
