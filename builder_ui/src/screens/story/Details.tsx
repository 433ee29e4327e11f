import type { ReactElement } from 'react';
import type { Bilingual, ReceiptDetail, ReceivedDetail, SentDetail } from '@/api/types';
import { readable, type Fact } from '@/core/details';
import { isRefusal } from '@/core/story';
import { sayField, sayValue } from '@/core/values';
import { known, useWords } from '@/i18n';
import { Chip, type Tone } from '@/ui/Chips';
import { Code } from '@/ui/Code';
import { Disclosure } from '@/ui/Disclosure';
import { Time } from '@/ui/Time';
import { useTongue } from './useTongue';
import css from './Story.module.css';

const pretty = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

export function Received({ detail }: { readonly detail: ReceivedDetail }): ReactElement {
  const { t } = useWords();
  const source = known('story.source', detail.source);
  return (
    <div className={css.stack}>
      <p className={css.plain}>{source ? t(source as 'story.source.pull') : detail.source}</p>
      <Disclosure show={t('story.raw.show')} hide={t('story.raw.hide')}>
        {() => <Code text={detail.payload_text} label={t('story.raw.label')} copyLabel={t('story.raw.copy')} />}
      </Disclosure>
    </div>
  );
}

const SENT_TONE: Readonly<Record<string, Tone>> = { sent: 'good', waiting: 'blue', sending: 'blue', dead: 'bad' };

function isBilingual(value: unknown): value is Bilingual {
  return typeof value === 'object' && value !== null && 'zh' in value && 'en' in value;
}

/** What the other side said, whether the server sends words, words in two languages or a structure. */
function useSaid(): (value: unknown) => string {
  const { say } = useWords();
  return (value) => {
    if (isBilingual(value)) return say(value);
    const message = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['message'] : null;
    if (isBilingual(message)) return say(message);
    return typeof message === 'string' ? message : pretty(value);
  };
}

export function Sent({ detail }: { readonly detail: SentDetail }): ReactElement {
  const { t } = useWords();
  const said = useSaid();
  const state = known('story.send.state', detail.state);
  return (
    <div className={css.stack}>
      <p className={css.sentLine}>
        <Chip tone={SENT_TONE[detail.state] ?? 'grey'}>{state ? t(state as 'story.send.state.sent') : detail.state}</Chip>
        <span>{detail.connection}</span>
        {detail.attempts > 1 && <span className={css.small}>{t('story.send.attempts', { n: detail.attempts })}</span>}
        {detail.not_before && detail.state !== 'sent' && (
          <span className={css.small}><Time iso={detail.not_before} as="both" /></span>
        )}
      </p>
      {detail.error !== null && detail.error !== undefined && (
        <p className={css.refused}><b>{t('story.send.error')}</b> {said(detail.error)}</p>
      )}
      <Disclosure show={t('story.send.show')} hide={t('story.send.hide')}>
        {() => (
          <div className={css.stack}>
            {detail.idempotency_key && <p className={css.small}>{t('story.send.key')} <code>{detail.idempotency_key}</code></p>}
            <Code text={pretty(detail.message)} label={t('story.send.show')} copyLabel={t('common.copy')} />
          </div>
        )}
      </Disclosure>
    </div>
  );
}

// What people quote when they ring the other side.
const NUMBERS = new Set(['reference', 'ref', 'external_ref', 'tracking_no']);

export function Receipt({ detail }: { readonly detail: ReceiptDetail }): ReactElement {
  const { t } = useWords();
  const said = useSaid();
  const refused = isRefusal(detail);
  const message = detail.receipt?.['message'] ?? detail.receipt?.['reason'];
  const numbers = readable(detail.receipt).facts.filter((f) => NUMBERS.has(f.name));
  return (
    <div className={css.stack}>
      <p className={css.sentLine}>
        <Chip tone={refused ? 'bad' : 'good'}>{t(refused ? 'story.receipt.refused' : 'story.receipt.accepted')}</Chip>
        {message !== undefined && message !== null && <span>{said(message)}</span>}
      </p>
      <FactList facts={numbers} />
      {detail.receipt && (
        <Disclosure show={t('story.receipt.show')} hide={t('story.receipt.hide')}>
          {() => <Code text={pretty(detail.receipt)} label={t('story.receipt.show')} copyLabel={t('common.copy')} />}
        </Disclosure>
      )}
    </div>
  );
}

function FactList({ facts }: { readonly facts: readonly Fact[] }): ReactElement | null {
  const { t, say } = useWords();
  const tongue = useTongue();
  if (facts.length === 0) return null;
  return (
    <dl className={css.facts}>
      {facts.map(({ name, values }) => (
        <div key={name}>
          <dt>{sayField(name, tongue)}</dt>
          <dd>{values.map((v) => (typeof v === 'object' ? say(v) : sayValue(v, name, tongue))).join(t('common.list_sep'))}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Any other entry: what has a name is listed, the rest waits behind a button. */
export function Plain({ detail }: { readonly detail: Readonly<Record<string, unknown>> | null }): ReactElement | null {
  const { t } = useWords();
  const { facts, rest } = readable(detail);
  if (facts.length === 0 && Object.keys(rest).length === 0) return null;
  return (
    <div className={css.stack}>
      <FactList facts={facts} />
      {Object.keys(rest).length > 0 && (
        <Disclosure show={t('story.more.show')} hide={t('story.more.hide')}>
          {() => <Code text={pretty(rest)} label={t('story.more.show')} copyLabel={t('common.copy')} />}
        </Disclosure>
      )}
    </div>
  );
}
