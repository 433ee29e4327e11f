import { Button } from '@mantine/core';
import { CloudOff, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { ApiError, OfflineError } from '@/api/client';
import { useWords, type Words } from '@/i18n';
import css from './pieces.module.css';

interface Props {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly tone?: 'plain' | 'bad' | 'good';
  readonly children?: ReactNode;
}

/** What a screen shows instead of its content: why, and a way on. */
export function EmptyState({ icon: Icon, title, text, tone = 'plain', children }: Props): ReactElement {
  return (
    <div className={css.state}>
      <span className={css.stateIcon} data-tone={tone}>
        <Icon size={30} strokeWidth={1.6} aria-hidden="true" />
      </span>
      <p className={css.stateTitle}>{title}</p>
      <p className={css.stateText}>{text}</p>
      {children && <div className={css.stateAction}>{children}</div>}
    </div>
  );
}

export interface Said {
  readonly title: string;
  readonly how: string;
}

/** An error in the reader's words: the server's message and remedy where it gave them. */
export function sayProblem(error: unknown, { t }: Words): Said {
  if (error instanceof OfflineError) return { title: t('problem.offline'), how: t('problem.offline_how') };
  if (!(error instanceof ApiError)) return { title: t('problem.broken'), how: t('problem.broken_how') };
  const { message, how, where, errors } = error.problem;
  const place = where ? t('problem.where', { where }) : '';
  const fields = errors.map((e) => e.message).join(t('common.list_sep'));
  return {
    title: message || t('problem.unknown', { status: error.status }),
    how: [how ?? (message ? '' : t('problem.broken_how')), fields, place].filter(Boolean).join(' '),
  };
}

interface ProblemProps {
  readonly error: unknown;
  readonly title: string;
  readonly retry: () => void;
  readonly children?: ReactNode;
}

export function ProblemState({ error, title, retry, children }: ProblemProps): ReactElement {
  const words = useWords();
  const said = sayProblem(error, words);
  const icon = error instanceof OfflineError ? CloudOff : TriangleAlert;
  return (
    <div role="alert">
      <EmptyState icon={icon} tone="bad" title={title} text={[said.title, said.how].filter(Boolean).join(' · ')}>
        <Button onClick={retry}>{words.t('common.retry')}</Button>
        {children}
      </EmptyState>
    </div>
  );
}
