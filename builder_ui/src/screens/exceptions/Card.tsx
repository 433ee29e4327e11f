import { Button } from '@mantine/core';
import { ArrowRight, Check, CircleAlert, Lightbulb, RotateCw, Shirt, TriangleAlert, Warehouse, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { ExceptionAction, HubException } from '@/api/types';
import { useWords } from '@/i18n';
import { orderPath } from '@/routes';
import { Busy } from '@/ui/Busy';
import { sayProblem } from '@/ui/States';
import { Time } from '@/ui/Time';
import type { Phase } from './useRetries';
import css from './Exceptions.module.css';

const FixUnknown = lazy(() => import('../products/FixUnknown'));

interface Props {
  readonly item: HubException;
  readonly phase: Phase | undefined;
  readonly act: (action: ExceptionAction) => void;
  readonly mayAct: boolean;
}

function Outcome({ phase }: { readonly phase: Phase | undefined }): ReactElement {
  const words = useWords();
  const failed = typeof phase === 'object' ? sayProblem(phase.failed, words) : null;
  return (
    <div className={css.outcome} role="status">
      {phase === 'still' && <><TriangleAlert size={14} aria-hidden="true" />{words.t('exc.still')}</>}
      {failed && <><TriangleAlert size={14} aria-hidden="true" />{[failed.title, failed.how].filter(Boolean).join(' ')}</>}
    </div>
  );
}

const ICON: Readonly<Record<ExceptionAction, LucideIcon>> = { retry: RotateCw, elsewhere: Warehouse, done: Check };

const accountTitle = (account: HubException['account']): string | null => (typeof account === 'string' ? account : (account?.title ?? null));

/** One thing that went wrong: what, what to do about it, which order, and a button. */
export function Card({ item, phase, act, mayAct }: Props): ReactElement {
  const { t, say } = useWords();
  const busy = phase === 'sending' || phase === 'working';
  const others = item.count_same_cause - 1;
  const [fixing, setFixing] = useState(false);
  const fixable = item.code === 'sku.unknown' && item.order_id !== null;
  return (
    <li className={css.card}>
      <span className={css.icon}><CircleAlert size={17} aria-hidden="true" /></span>
      <div className={css.text}>
        <p className={css.message}>{say(item.message)}</p>
        <p className={css.how}>
          <Lightbulb size={15} aria-hidden="true" />
          <span><b>{t('exc.how')}</b> {say(item.how)}</span>
        </p>
        <p className={css.meta}>
          {item.order_id && (
            <Link href={orderPath(item.order_id)} className={css.order}>
              {t('exc.order', { no: item.external_no ?? item.order_id })}
              <ArrowRight size={13} aria-hidden="true" />
            </Link>
          )}
          {accountTitle(item.account) && <span>{accountTitle(item.account)}</span>}
          <Time iso={item.created_at} />
          {others > 0 && <span>{t('exc.same', { n: others })}</span>}
        </p>
        <Outcome phase={phase} />
        {fixing && item.order_id && <Suspense fallback={<Busy small />}><FixUnknown order={item.order_id} done={() => setFixing(false)} /></Suspense>}
      </div>
      {mayAct && (fixable || item.actions.length > 0) && (
        <div className={css.actions}>
          {fixable && <Button size="sm" variant="light" leftSection={<Shirt size={15} />} aria-expanded={fixing} onClick={() => setFixing(!fixing)}>{t('products.fix')}</Button>}
          {item.actions.map((action) => {
            const Icon = ICON[action];
            return (
              <Button key={action} size="sm" variant="default" loading={busy} leftSection={<Icon size={15} />} onClick={() => act(action)}>
                {busy ? t('exc.retrying') : t(`exc.${action}`)}
              </Button>
            );
          })}
        </div>
      )}
    </li>
  );
}
