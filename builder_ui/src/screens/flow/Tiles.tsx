import { CircleAlert, Cpu, Gauge, Hourglass, ShoppingBag, type LucideIcon } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { Flow } from '@/api/types';
import { remember, sparkline, type Sample } from '@/core/history';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import css from './Flow.module.css';

const SPAN_MS = 5 * 60_000;
const BOX = { width: 120, height: 30 };

let kept: readonly Sample[] = [];

/** Kept outside the screen, so that leaving and coming back does not start from nothing. */
function useRateHistory(flow: Flow): readonly Sample[] {
  const [samples, setSamples] = useState(kept);
  useEffect(() => {
    kept = remember(kept, { at: Date.parse(flow.at), value: flow.rate_per_minute }, SPAN_MS);
    setSamples(kept);
  }, [flow]);
  return samples;
}

function Sparkline({ samples }: { readonly samples: readonly Sample[] }): ReactElement | null {
  const { t } = useWords();
  const points = useMemo(() => sparkline(samples, BOX.width, BOX.height), [samples]);
  if (!points) return null;
  const first = points.split(',', 1)[0];
  return (
    <svg className={css.spark} viewBox={`0 -2 ${BOX.width} ${BOX.height + 3}`} preserveAspectRatio="none" role="img" aria-label={t('flow.tile.rate_history', { minutes: Math.max(1, Math.round(((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0)) / 60_000)) })}>
      <polygon points={`${first},${BOX.height} ${points} ${BOX.width},${BOX.height}`} />
      <polyline points={points} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

interface TileProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly value: number;
  readonly tone?: 'bad' | 'warn';
  readonly note?: ReactNode;
  readonly href?: string;
  readonly children?: ReactNode;
}

function Tile({ icon: Icon, label, value, tone, note, href, children }: TileProps): ReactElement {
  const body = (
    <>
      <span className={css.tileLabel}>
        <Icon size={15} aria-hidden="true" />
        {label}
      </span>
      <span className={css.tileValue}>{formatCount(value)}</span>
      {note && <span className={css.tileNote}>{note}</span>}
      {children}
    </>
  );
  if (href) return <Link href={href} className={css.tile} data-tone={tone}>{body}</Link>;
  return <div className={css.tile} data-tone={tone}>{body}</div>;
}

export function Tiles({ flow }: { readonly flow: Flow }): ReactElement {
  const { t } = useWords();
  const samples = useRateHistory(flow);
  const waiting = flow.steps.reduce((sum, s) => sum + s.waiting, 0);
  const open = flow.open_exceptions;
  return (
    <div className={css.tiles}>
      <Tile icon={ShoppingBag} label={t('flow.tile.today')} value={flow.orders_today} href="/orders?when=today" />
      <Tile icon={Gauge} label={t('flow.tile.rate')} value={Math.round(flow.rate_per_minute)}>
        <Sparkline samples={samples} />
      </Tile>
      <Tile icon={Hourglass} label={t('flow.tile.waiting')} value={waiting} />
      <Tile
        icon={CircleAlert} label={t('flow.tile.exceptions')} value={open} href="/exceptions"
        note={open > 0 ? t('flow.tile.to_exceptions') : t('flow.tile.all_clear')} {...(open > 0 ? { tone: 'bad' as const } : {})}
      />
      <Tile
        icon={Cpu} label={t('flow.tile.workers')} value={flow.workers}
        {...(flow.workers === 0 ? { tone: 'bad' as const, note: t('flow.tile.none_working') } : {})}
      />
    </div>
  );
}
