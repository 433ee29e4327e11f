import { Check, Warehouse, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Candidate, RoutedDetail, TriedRow } from '@/api/types';
import { formatCount } from '@/core/money';
import { known, useWords } from '@/i18n';
import { Disclosure } from '@/ui/Disclosure';
import { ConditionTree, Tick, useReason } from './Conditions';
import css from './Story.module.css';

function chosenNames(chosen: unknown): readonly string[] {
  if (typeof chosen === 'string') return [chosen];
  if (Array.isArray(chosen)) return chosen.flatMap(chosenNames);
  if (typeof chosen !== 'object' || chosen === null) return [];
  const named = chosen as Record<string, unknown>;
  return [named['warehouse'], named['role'], named['title'], named['id']].flatMap(chosenNames);
}

function PassedOver({ row }: { readonly row: TriedRow }): ReactElement {
  const { t, say } = useWords();
  const reason = useReason();
  return (
    <li className={css.passed}>
      <Tick verdict={row.matched ? 'yes' : 'no'} />
      <div>
        <div><span className={css.position}>{row.position}</span> {say(row.title)}</div>
        {!row.matched && <div className={css.reason}>{reason(row.trace)}</div>}
        <Disclosure show={t('story.route.why')} hide={t('story.route.why_hide')}>{() => <ConditionTree trace={row.trace} />}</Disclosure>
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
      {own && <Disclosure show={t('story.route.why')} hide={t('story.route.why_hide')}>{() => <ConditionTree trace={own.trace} />}</Disclosure>}
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

function Considered({ candidate, chosen }: { readonly candidate: Candidate; readonly chosen: boolean }): ReactElement {
  const { t, say } = useWords();
  const skus = Object.keys(candidate.needed);
  const role = known('role', candidate.role);
  return (
    <li className={css.candidate} data-chosen={chosen || undefined}>
      <div className={css.candidateHead}>
        <Warehouse size={16} aria-hidden="true" />
        <b>{candidate.warehouse}</b>
        {role && <span className={css.role}>{t(role as 'role.first')}</span>}
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

/** Which rule decided and why, which rules before it did not, and the warehouses that were looked at. */
export function Routed({ detail }: { readonly detail: RoutedDetail }): ReactElement {
  const { t } = useWords();
  const before = detail.tried.filter((r) => r.id !== detail.row?.id);
  const names = chosenNames(detail.chosen);
  const isChosen = (c: Candidate): boolean => names.includes(c.warehouse) || (names.length > 0 && names.includes(c.role));
  return (
    <div className={css.stack}>
      <Matched detail={detail} />
      {before.length > 0 && (
        <Disclosure open={before.length <= 3} show={t('story.route.skipped_rows', { n: before.length })} hide={t('story.route.skipped_rows', { n: before.length })}>
          {() => <ol className={css.passedList}>{before.map((row) => <PassedOver key={row.id} row={row} />)}</ol>}
        </Disclosure>
      )}
      {detail.candidates.length > 0 && (
        <section>
          <h4 className={css.subhead}>{t('story.route.candidates')}</h4>
          <ul className={css.candidates}>
            {detail.candidates.map((c) => <Considered key={`${c.warehouse}:${c.role}`} candidate={c} chosen={isChosen(c)} />)}
          </ul>
        </section>
      )}
      {detail.plan && <p className={css.small}>{t('story.route.plan', { hash: detail.plan.slice(0, 8) })}</p>}
    </div>
  );
}
