import {
  Ban, CircleAlert, CirclePause, FileInput, FileOutput, GitBranch, GitMerge, History, PackageCheck, PackageX, Receipt as ReceiptIcon, Scale, Send,
  Shuffle, Truck, Undo2, UserRound, type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import type { StoryEntry, StoryKind } from '@/api/types';
import { gaps, isRefusal } from '@/core/story';
import { absolute, clock, dayOf, elapsed } from '@/core/time';
import { useWords } from '@/i18n';
import { useHub } from '@/ui/hub';
import { Plain, Receipt, Received, Sent } from './Details';
import { Mapped } from './Mapped';
import { Judged, Routed } from './Routed';
import css from './Story.module.css';

const ICON: Readonly<Record<StoryKind, LucideIcon>> = {
  received: FileInput, mapped: Shuffle, merged: GitMerge, judged: Scale, risk: CirclePause, routed: GitBranch, allocated: PackageCheck, short: PackageX,
  fulfilment: FileOutput, sent: Send, receipt: ReceiptIcon, state: History, exception: CircleAlert, manual: UserRound, cancelled: Ban,
  after_sale: Undo2, refused: PackageX, parcel: Truck,
};
const WORTH_SAYING_MS = 50;
const BAD: ReadonlySet<StoryKind> = new Set(['exception', 'short', 'refused']);

function tone(entry: StoryEntry): string {
  if (BAD.has(entry.kind) || (entry.kind === 'receipt' && isRefusal(entry.detail))) return 'bad';
  if (entry.kind === 'sent' && entry.detail.state === 'dead') return 'bad';
  return entry.kind === 'risk' ? 'warn' : entry.kind;
}

function Detail({ entry }: { readonly entry: StoryEntry }): ReactElement {
  switch (entry.kind) {
    case 'received':
      return <Received detail={entry.detail} />;
    case 'mapped':
      return <Mapped detail={entry.detail} />;
    case 'judged':
      return <Judged detail={entry.detail} />;
    case 'routed':
      return <Routed detail={entry.detail} />;
    case 'sent':
      return <Sent detail={entry.detail} />;
    case 'receipt':
      return <Receipt detail={entry.detail} />;
    default:
      return <Plain detail={entry.detail} />;
  }
}

function When({ iso, since, newDay }: { readonly iso: string; readonly since: number | null; readonly newDay: boolean }): ReactElement {
  const { t, locale } = useWords();
  const { zone } = useHub();
  const full = absolute(iso, zone);
  return (
    <span className={css.when}>
      <time dateTime={iso} title={full}>{newDay ? full : clock(iso, zone)}</time>
      {since !== null && since >= WORTH_SAYING_MS && <span className={css.took} title={t('story.took', { time: elapsed(since, locale) })}>{`+${elapsed(since, locale)}`}</span>}
    </span>
  );
}

export const entryId = (index: number): string => `story-entry-${index}`;

/** Everything that happened to the order, oldest first. */
export function Timeline({ story }: { readonly story: readonly StoryEntry[] }): ReactElement {
  const { t, say } = useWords();
  const { zone } = useHub();
  const waits = gaps(story);
  const day = (i: number): string => dayOf(Date.parse(story[i]?.at ?? ''), zone);
  if (story.length === 0) return <p className={css.plain}>{t('story.empty')}</p>;
  return (
    <ol className={css.timeline}>
      {story.map((entry, i) => {
        const Icon = ICON[entry.kind] ?? History;
        return (
          <li key={i} id={entryId(i)} className={css.entry} data-tone={tone(entry)} tabIndex={-1}>
            <span className={css.entryIcon}><Icon size={15} aria-hidden="true" /></span>
            <div className={css.entryBody}>
              <div className={css.entryHead}>
                <h4>{say(entry.title)}</h4>
                <When iso={entry.at} since={waits[i] ?? null} newDay={i === 0 || day(i) !== day(i - 1)} />
              </div>
              <Detail entry={entry} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}
