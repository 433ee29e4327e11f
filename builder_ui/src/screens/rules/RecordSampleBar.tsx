import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Pin, RefreshCw } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { recordsQuery } from '@/api/records';
import { formatMoney } from '@/core/money';
import { fenOf, wholeOf, yuan } from '@/core/numbers';
import { madeUp, put, taken, type RecordSample, type Values } from '@/core/recordSample';
import type { OwnField, RuleList } from '@/core/ruleDocument';
import { recordFields, sightOf } from '@/core/ruleTriggers';
import { absolute } from '@/core/time';
import { useHub } from '@/ui/hub';
import { useDraft } from './draft';
import { useLexicon } from './names';
import { LaterPopover } from './Pick';
import type { Trial } from './results';
import css from './Rules.module.css';
import { useView } from './view';
import { Verdict } from './Verdict';

const EMPTY: readonly never[] = [];
const pin = (sample: RecordSample): void => useView.setState({ sample });

function useFields(list: RuleList): readonly OwnField[] {
  const models = useDraft((s) => s.history.now.models ?? EMPTY);
  return recordFields(list, models);
}

/** What a record holds, in words. */
function useSpoken(): (field: OwnField, values: Values) => string {
  const { t } = useLexicon();
  const { zone } = useHub();
  return (field, values) => {
    const value = values[field.key];
    if (value === undefined || value === '') return '–';
    if (typeof value === 'boolean') return t(value ? 'records.yes' : 'records.no');
    if (field.kind === 'money') return formatMoney(Number(value));
    return field.kind === 'instant' ? absolute(String(value), zone) : String(value);
  };
}

interface BoxProps {
  readonly field: OwnField;
  readonly values: Values;
  readonly change: (values: Values) => void;
}

/** A value of the sample as it is typed; null: none. */
function typed(field: OwnField, text: string): string | number | null {
  if (text === '') return null;
  if (field.kind === 'money') return fenOf(text);
  if (field.kind === 'integer') return wholeOf(text);
  return field.kind === 'instant' ? `${text}:00+08:00` : text;
}

function Box({ field, values, change }: BoxProps): ReactElement {
  const { t, say } = useLexicon();
  const value = values[field.key];
  const set = (next: string | number | boolean | null): void => change(put(values, field.key, next));
  const label = say(field.title);
  if (field.kind === 'choice' || field.kind === 'yes_no') {
    const options = field.kind === 'choice' ? (field.choices ?? []).map((one) => [one, one]) : [['true', t('records.yes')], ['false', t('records.no')]];
    const pick = (text: string): void => set(text === '' ? null : field.kind === 'yes_no' ? text === 'true' : text);
    return (
      <select className={css.pick} aria-label={label} value={String(value ?? '')} onChange={(event) => pick(event.currentTarget.value)}>
        <option value="">–</option>
        {options.map(([one, words]) => <option key={one} value={one}>{words}</option>)}
      </select>
    );
  }
  const shown = value === undefined ? '' : field.kind === 'money' ? yuan(Number(value)) : field.kind === 'instant' ? String(value).slice(0, 16) : String(value);
  return (
    <input
      key={shown} className={css.input} aria-label={label} type={field.kind === 'instant' ? 'datetime-local' : 'text'} defaultValue={shown}
      onBlur={(event) => event.currentTarget.value !== shown && set(typed(field, event.currentTarget.value))}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

function Boxes({ fields, ...props }: Omit<BoxProps, 'field'> & { readonly fields: readonly OwnField[] }): ReactElement {
  const { say } = useLexicon();
  return (
    <div className={css.fieldsRow}>
      {fields.map((field) => <label key={field.key}><span>{say(field.title)}</span><Box field={field} {...props} /></label>)}
    </div>
  );
}

/** The sample's values, and what they were before the change. */
function Making({ list, sample }: { readonly list: RuleList; readonly sample: RecordSample }): ReactElement {
  const { t } = useLexicon();
  const fields = useFields(list);
  const change = (part: Partial<RecordSample>): void => pin({ ...sample, id: null, ...part });
  return (
    <div className={css.dialog}>
      <Boxes fields={fields} values={sample.values} change={(values) => change({ values })} />
      {sightOf(list) === 'change' && (
        <label>
          <input type="checkbox" checked={sample.before === null} onChange={() => change({ before: sample.before === null ? sample.values : null })} />{' '}
          {t('records.sample_new')}
        </label>
      )}
      {sightOf(list) === 'change' && sample.before && (
        <fieldset className={css.before}>
          <legend>{t('records.sample_before')}</legend>
          <Boxes fields={fields} values={sample.before} change={(before) => change({ before })} />
        </fieldset>
      )}
    </div>
  );
}

/** Keeps a sample of the model the open list looks at: the newest record, or a made-up one. */
function useSample(list: RuleList): { readonly sample: RecordSample | null; readonly another: (() => void) | null } {
  const model = list.trigger?.model ?? '';
  const fields = useFields(list);
  const found = useInfiniteQuery({ ...recordsQuery(model, ''), retry: false, refetchInterval: false });
  const items = found.data?.pages.flatMap((page) => page.items) ?? EMPTY;
  const kept = useView((s) => s.sample);
  const sample = kept?.model === model ? kept : null;
  const first = items[0];
  const asked = found.status !== 'pending';
  useEffect(() => {
    if (sample || !asked || !model) return;
    pin(first ? taken(model, first, list) : madeUp(model, fields));
  }, [sample, asked, first, model, list, fields]);
  const next = items[(items.findIndex((one) => one.id === sample?.id) + 1) % Math.max(1, items.length)];
  return { sample, another: next ? () => pin(taken(model, next, list)) : null };
}

/** The record on which the open list is tried, picked or made up. */
export function RecordSampleBar({ list, trial }: { readonly list: RuleList; readonly trial: Trial }): ReactElement {
  const { t, say } = useLexicon();
  const { sample, another } = useSample(list);
  const spoken = useSpoken();
  const fields = useFields(list);
  const looks = sightOf(list) !== 'nothing';
  return (
    <div className={css.sample}>
      <span className={css.sampleTitle}><Pin size={14} aria-hidden="true" />{t(looks ? 'records.sample' : 'records.no_sample')}</span>
      {looks && sample && (
        <>
          <span className={css.sampleOrder}>
            {sample.id === null && <span className={css.quiet}>{t('records.sample_made_up')}</span>}
            {fields.map((field) => <span key={field.key}>{say(field.title)} <strong>{spoken(field, sample.values)}</strong></span>)}
          </span>
          {another && <Button size="compact-sm" variant="light" leftSection={<RefreshCw size={14} />} onClick={another}>{t('records.sample_next')}</Button>}
          <LaterPopover label={t('records.sample_change')} className={css.textButton} face={t('records.sample_change')}>
            {() => <Making list={list} sample={sample} />}
          </LaterPopover>
        </>
      )}
      <Verdict list={list} trial={trial} />
    </div>
  );
}
