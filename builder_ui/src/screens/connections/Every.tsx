import type { ReactElement } from 'react';
import { setEvery, type Asked, type Connection, type Question } from '@/api/connections';
import { useWords, type Words } from '@/i18n';
import { useHub } from '@/ui/hub';
import { useDo } from '@/ui/useDo';
import { refreshConnections } from './Card';
import css from './Connections.module.css';

const CHOICES: Readonly<Record<Asked, readonly number[]>> = {
  orders: [60, 300, 900, 1800, 3600, 21_600, 86_400],
  confirmations: [0, 60, 300, 900, 3600],
  inquire: [0, 600, 1800, 3600, 21_600],
  stock: [0, 300, 900, 3600, 21_600, 86_400],
};

/** `每 15 分钟` / `every 15 min` */
export function sayEvery(seconds: number, { t }: Words): string {
  if (seconds === 0) return t('conn.every_never');
  if (seconds % 86_400 === 0) return t('conn.every_days', { n: seconds / 86_400 });
  if (seconds % 3600 === 0) return t('conn.every_hours', { n: seconds / 3600 });
  return seconds % 60 === 0 ? t('conn.every_minutes', { n: seconds / 60 }) : t('conn.every_seconds', { n: seconds });
}

/** How often a connection is asked for one thing. */
export function Every({ connection, question }: { readonly connection: Connection; readonly question: Question }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { user } = useHub();
  const { busy, run } = useDo(refreshConnections);
  const { what, seconds } = question;
  const name = t(`conn.ask.${what}`);
  const offered = [...new Set([...CHOICES[what], seconds])].sort((a, b) => a - b);
  const change = (value: number): Promise<boolean> =>
    run(() => setEvery(connection.id, what, value), () => `${name}: ${sayEvery(value, words)}`);
  return (
    <label className={css.every}>
      {name}
      <select
        value={seconds} disabled={busy || user.role !== 'admin'} aria-label={t('conn.every', { what: name, title: connection.title })}
        onChange={(event) => void change(Number(event.target.value))}
      >
        {offered.map((one) => <option key={one} value={one}>{sayEvery(one, words)}</option>)}
      </select>
    </label>
  );
}
