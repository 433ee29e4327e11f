import { Check, Warehouse, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Bilingual, Candidate, Deed, JudgedDetail, RoutedDetail, RuleListSeen, TriedRow } from '@/api/types';
import { formatCount } from '@/core/money';
import { useWords } from '@/i18n';
import { useCourierName } from '@/ui/Chips';
import { Disclosure } from '@/ui/Disclosure';
import { ConditionTree, Tick, useReason } from './Conditions';
import css from './Story.module.css';

function How({ row }: { readonly row: TriedRow }): ReactElement | null {
  const { t } = useWords();
  const { trace } = row;
  if (!trace) return <p className={css.reason}>{t('story.route.cannot_tell', { code: row.failed ?? '' })}</p>;
  return <Disclosure show={t('story.route.why')} hide={t('story.route.why_hide')}>{() => <ConditionTree trace={trace} />}</Disclosure>;
}

function PassedOver({ row }: { readonly row: TriedRow }): ReactElement {
  const { say } = useWords();
  const reason = useReason();
  return (
    <li className={css.passed}>
      <Tick verdict={row.matched ? 'yes' : 'no'} />
      <div>
        <div><span className={css.position}>{row.position}</span> {say(row.title)}</div>
        {!row.matched && row.trace && <div className={css.reason}>{reason(row.trace)}</div>}
        <How row={row} />
      </div>
    </li>
  );
}

function Matched({ detail }: { readonly detail: RoutedDetail }): ReactElement {
  const { t, say } = useWords();
  const { row, sentence, tried } = detail;
  const own = tried.find((r) => r.id === row?.id);
  return (
    <div className={css.matched} data-found={row !== null || undefined}>
      <div className={css.matchedHead}>
        <Tick verdict={row ? 'yes' : 'open'} />
        <b>{row ? t('story.route.matched', { n: row.position }) : t('story.route.no_match')}</b>
        {row ? <span>{say(row.title)}</span> : <span>{t('story.route.otherwise')}</span>}
      </div>
      {sentence && <p className={css.sentence}>{say(sentence)}</p>}
      {own && <How row={own} />}
    </div>
  );
}

function Stock({ sku, available, needed }: { readonly sku: string; readonly available: number; readonly needed: number }): ReactElement {
  const { t } = useWords();
  const enough = available >= needed;
  const part = needed > 0 ? Math.max(0, Math.min(1, available / needed)) : 1;
  return (
    <li className={css.stock} aria-label={t('story.route.stock', { sku, available, needed })}>
      <span className={css.stockSku}>{sku}</span>
      <span className={css.stockBar} data-enough={enough || undefined} aria-hidden="true">
        <span style={{ width: `${Math.round(part * 100)}%` }} />
      </span>
      <span className={css.stockCount} data-enough={enough || undefined}>{`${formatCount(available)} / ${formatCount(needed)}`}</span>
    </li>
  );
}

function Considered({ candidate, position, chosen }: { readonly candidate: Candidate; readonly position: number; readonly chosen: boolean }): ReactElement {
  const { t, say } = useWords();
  const skus = Object.keys(candidate.needed);
  return (
    <li className={css.candidate} data-chosen={chosen || undefined}>
      <div className={css.candidateHead}>
        <Warehouse size={16} aria-hidden="true" />
        <b>{candidate.warehouse}</b>
        <span className={css.role}>{position === 0 ? t('role.first') : t('role.next', { n: position + 1 })}</span>
        <span className={css.verdict} data-chosen={chosen || undefined}>
          {chosen ? <Check size={13} aria-hidden="true" /> : <X size={13} aria-hidden="true" />}
          {t(chosen ? 'story.route.chosen' : 'story.route.not_chosen')}
        </span>
      </div>
      {skus.length > 0 && (
        <>
          <div className={css.stockLegend} aria-hidden="true">{`${t('story.route.available')} / ${t('story.route.needed')}`}</div>
          <ul>
            {skus.map((sku) => <Stock key={sku} sku={sku} available={candidate.available[sku] ?? 0} needed={candidate.needed[sku] ?? 0} />)}
          </ul>
        </>
      )}
      {candidate.reason && <p className={css.reason}>{say(candidate.reason)}</p>}
    </li>
  );
}

/** The lists beside the one that chose the warehouse: risk, courier. */
function OtherList({ list }: { readonly list: RuleListSeen }): ReactElement {
  const { t, say } = useWords();
  const matched = list.tried.filter((row) => row.matched);
  return (
    <li className={css.otherList}>
      <span className={css.otherTitle}>{say(list.title)}</span>
      <div>
        <div>{matched.length > 0 ? matched.map((row) => say(row.title)).join(t('common.list_sep')) : <span className={css.small}>{t(list.mode === 'first' ? 'story.route.otherwise' : 'story.route.none_matched')}</span>}</div>
        {list.tried.length > 0 && (
          <Disclosure show={t('story.route.why')} hide={t('story.route.why_hide')}>
            {() => <ol className={css.passedList}>{list.tried.map((row) => <PassedOver key={row.id} row={row} />)}</ol>}
          </Disclosure>
        )}
      </div>
    </li>
  );
}

/** What no rule could judge: the platform hides what it would have to be judged by. */
function Unjudged({ what }: { readonly what: readonly Bilingual[] }): ReactElement | null {
  const { t, say } = useWords();
  if (what.length === 0) return null;
  return <p className={css.plain}>{t('story.route.unjudged', { what: what.map(say).join(t('common.list_sep')) })}</p>;
}

interface OthersProps {
  readonly lists: readonly RuleListSeen[];
  readonly courier: string | null;
  readonly why?: Bilingual | null;
  readonly unjudged: readonly Bilingual[];
}

function Others({ lists, courier, why, unjudged }: OthersProps): ReactElement | null {
  const { t, say } = useWords();
  const courierName = useCourierName();
  if (lists.length === 0 && !courier) return null;
  return (
    <section>
      <h4 className={css.subhead}>{t('story.route.lists')}</h4>
      <ul className={css.otherLists}>{lists.map((list) => <OtherList key={list.id} list={list} />)}</ul>
      <Unjudged what={unjudged} />
      {courier && <p className={css.plain}>{t('story.route.courier', { courier: courierName(courier) })}{why && <span className={css.small}> · {say(why)}</span>}</p>}
    </section>
  );
}

/** What the rules did to the order beside that. */
function Deeds({ did }: { readonly did: readonly Deed[] }): ReactElement | null {
  const { t, say } = useWords();
  if (did.length === 0) return null;
  return (
    <section>
      <h4 className={css.subhead}>{t('story.route.did')}</h4>
      <ul className={css.otherLists}>
        {did.map((deed, i) => <li key={i} className={css.otherList}><span className={css.otherTitle}>{say(deed.row)}</span><span>{say(deed.what)}</span></li>)}
      </ul>
    </section>
  );
}

function Footer({ detail }: { readonly detail: JudgedDetail | RoutedDetail }): ReactElement {
  const { t } = useWords();
  return (
    <>
      {detail.same_again === false && <p className={css.differs}>{t('story.route.differs')}</p>}
      {detail.plan && <p className={css.small}>{t('story.route.plan', { hash: detail.plan.slice(0, 8) })}</p>}
    </>
  );
}

/** Rules did something to an order for which no warehouse was looked for. */
export function Judged({ detail }: { readonly detail: JudgedDetail }): ReactElement {
  return (
    <div className={css.stack}>
      <Deeds did={detail.did} />
      <Others lists={detail.lists} courier={null} unjudged={detail.unjudged ?? []} />
      <Footer detail={detail} />
    </div>
  );
}

function Candidates({ detail }: { readonly detail: RoutedDetail }): ReactElement | null {
  const { t } = useWords();
  const roles = new Set(detail.chosen?.map((c) => c.role));
  if (detail.candidates.length === 0) return null;
  return (
    <section>
      <h4 className={css.subhead}>{t('story.route.candidates')}</h4>
      <ul className={css.candidates}>
        {detail.candidates.map((c, i) => <Considered key={c.role} candidate={c} position={i} chosen={roles.has(c.role)} />)}
      </ul>
    </section>
  );
}

/** Which rule decided and why, which rules before it did not, and the warehouses that were looked at. */
export function Routed({ detail }: { readonly detail: RoutedDetail }): ReactElement {
  const { t } = useWords();
  const before = detail.tried.filter((r) => r.id !== detail.row?.id);
  const title = t('story.route.skipped_rows', { n: before.length });
  return (
    <div className={css.stack}>
      <Matched detail={detail} />
      {before.length > 0 && (
        <Disclosure open={before.length <= 3} show={title} hide={title}>
          {() => <ol className={css.passedList}>{before.map((row) => <PassedOver key={row.id} row={row} />)}</ol>}
        </Disclosure>
      )}
      <Candidates detail={detail} />
      <Deeds did={detail.did ?? []} />
      <Others lists={detail.lists ?? []} courier={detail.courier ?? null} why={detail.courier_why ?? null} unjudged={detail.unjudged ?? []} />
      <Footer detail={detail} />
    </div>
  );
}
