import type { ReactElement } from 'react';
import { absolute, compact, relative } from '@/core/time';
import { useWords } from '@/i18n';
import { useHub } from './hub';
import { useNow } from './now';

interface Props {
  readonly iso: string;
  /** `both` shows the clock time with the distance behind it. */
  readonly as?: 'relative' | 'compact' | 'absolute' | 'both';
}

/** A moment; the other way of saying it is always one hover away. */
export function Time({ iso, as = 'relative' }: Props): ReactElement {
  const { locale } = useWords();
  const { zone } = useHub();
  const now = useNow(as === 'relative' || as === 'both' ? 10_000 : 3_600_000);
  const away = relative(iso, now, locale);
  const full = absolute(iso, zone);
  const shown = { relative: away, compact: compact(iso, zone, now), absolute: full, both: full }[as];
  return (
    <time className="ol-num" dateTime={iso} title={as === 'relative' ? full : away}>
      {shown}
      {as === 'both' && <span className="ol-away"> {away}</span>}
    </time>
  );
}
