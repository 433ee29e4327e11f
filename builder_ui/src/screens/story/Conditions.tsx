import { Check, Minus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { readTrace, deciding, type Condition, type Test, type Traced, type Verdict } from '@/core/trace';
import { sayOp, sayTerm, sayValue, subject, type Tongue } from '@/core/values';
import { useWords } from '@/i18n';
import { useTongue } from './useTongue';
import css from './Story.module.css';

const VERDICT = { yes: [Check, 'cond.met'], no: [X, 'cond.unmet'], open: [Minus, 'cond.open'] } as const;

export function Tick({ verdict }: { readonly verdict: Verdict }): ReactElement {
  const { t } = useWords();
  const [Icon, word] = VERDICT[verdict];
  return (
    <span className={css.tick} data-verdict={verdict} role="img" aria-label={t(word)} title={t(word)}>
      <Icon size={12} strokeWidth={3} aria-hidden="true" />
    </span>
  );
}

function actual(test: Test, tongue: Tongue): string | null {
  if (test.left.kind === 'value' || test.verdict === 'open') return null;
  return tongue.t('cond.actual', { value: sayValue(test.left.value, subject(test.left), tongue) });
}

function TestLine({ test }: { readonly test: Test }): ReactElement {
  const tongue = useTongue();
  if (test.op === 'fixed') return <span>{tongue.t('cond.always')}</span>;
  const about = subject(test.left);
  const seen = actual(test, tongue);
  return (
    <span className={css.test}>
      <b>{sayTerm(test.left, tongue, about)}</b>{' '}
      {sayOp(test.op, tongue)}{' '}
      {test.right.map((term, i) => (
        <span key={i} className={css.term}>{sayTerm(term, tongue, about)}</span>
      ))}
      {seen && <span className={css.actual} data-verdict={test.verdict}>{seen}</span>}
    </span>
  );
}

function groupWord(condition: Exclude<Condition, Test>): `cond.${'all' | 'any' | 'none'}` | `cond.lines.${'some' | 'every' | 'none'}` {
  return condition.kind === 'group' ? `cond.${condition.mode}` : `cond.lines.${condition.mode}`;
}

function Branch({ condition, label = null }: { readonly condition: Condition; readonly label?: string | null }): ReactElement {
  const { t } = useWords();
  if (condition.kind === 'test') {
    return <li className={css.branch}><Tick verdict={condition.verdict} /><span>{label && <span className={css.mode}>{label} </span>}<TestLine test={condition} /></span></li>;
  }
  return (
    <li className={css.branch} data-group>
      <Tick verdict={condition.verdict} />
      <div className={css.group} data-mode={condition.mode}>
        <span className={css.mode}>{[label, t(groupWord(condition))].filter(Boolean).join(' ')}</span>
        <ul>
          {condition.items.map((item, i) => {
            const line = condition.kind === 'lines' ? condition.lines[i] : null;
            return <Branch key={`${item.id}:${i}`} condition={item} label={line ? t('story.route.line', { n: line }) : null} />;
          })}
        </ul>
      </div>
    </li>
  );
}

/** The whole judgement as a tree, each part with its tick. */
export function ConditionTree({ trace }: { readonly trace: Traced }): ReactElement {
  return <ul className={css.tree}><Branch condition={readTrace(trace)} /></ul>;
}

/** A condition without what was found, for groups that were judged once per line. */
function bare(condition: Condition, tongue: Tongue): string {
  if (condition.kind !== 'test') return line(condition, tongue);
  const about = subject(condition.left);
  const right = condition.right.map((term) => sayTerm(term, tongue, about)).join(` ${tongue.t('op.join_and')} `);
  return `${sayTerm(condition.left, tongue, about)} ${sayOp(condition.op, tongue)} ${right}`.trim();
}

function line(condition: Condition, tongue: Tongue): string {
  if (condition.kind !== 'test') {
    const inner = [...new Set(condition.items.map((item) => bare(item, tongue)))].join(tongue.t('common.list_sep'));
    return tongue.t('cond.with', { what: tongue.t(groupWord(condition)), inner });
  }
  return [bare(condition, tongue), actual(condition, tongue)].filter(Boolean).join(' · ');
}

/** In one line: the condition that kept a row from matching, and what was there instead. */
export function useReason(): (trace: Traced) => string {
  const tongue = useTongue();
  return (trace) => deciding(readTrace(trace)).map((c) => line(c, tongue)).join(tongue.t('common.list_sep'));
}
