import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { enteredQuery } from '@/api/entry';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { Money } from '@/ui/Money';
import { useDesk, type Saved } from './draft';
import css from './Entry.module.css';

function One({ of }: { readonly of: Saved }): ReactElement {
  const { t, say } = useWords();
  const found = useQuery(enteredQuery(of.account, of.number)).data;
  return (
    <li data-saved={of.number}>
      <p>
        {found?.order_id ? <Link href={orderPath(found.order_id)}>{of.number}</Link> : <b>{of.number}</b>} {of.receiver} <Money fen={of.total} />
      </p>
      {found?.state === 'failed'
        ? <p className={css.fault}>{found.trouble && say(found.trouble.message)}</p>
        : <p className={css.quiet}>{t(found?.order_id ? 'entry.worked_on' : 'entry.in_line')}</p>}
    </li>
  );
}

/** The orders saved since somebody sat down here, each with its way on. */
export function Recent(): ReactElement {
  const { t } = useWords();
  const saved = useDesk((desk) => desk.saved);
  return (
    <aside className={css.recent} aria-label={t('entry.recent')}>
      <h2>{t('entry.recent')} {saved.length > 0 && <span className="ol-num">{saved.length}</span>}</h2>
      {saved.length === 0 && <p className={css.quiet}>{t('entry.recent_none')}</p>}
      <ul>{saved.map((one) => <One key={one.number} of={one} />)}</ul>
    </aside>
  );
}
