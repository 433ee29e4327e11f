import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { schedulesQuery } from '@/api/records';
import type { RuleList } from '@/core/ruleDocument';
import {
  EVENTS, inRhythm, over, OVER, ownModels, RHYTHMS, rhythmOf, toggled, type Timing, type Trigger,
} from '@/core/ruleTriggers';
import { useHub } from '@/ui/hub';
import { Time } from '@/ui/Time';
import { current, useDraft } from './draft';
import { editList } from './edit';
import { TextBox, TimeBox } from './Fields';
import { useLexicon } from './names';
import { Pick } from './Pick';
import css from './Trigger.module.css';

interface Props {
  readonly trigger: Trigger;
  readonly change: (next: Trigger, typing?: string) => void;
}

function ModelPick({ trigger, change }: Props): ReactElement {
  const { t, say } = useLexicon();
  const document = useDraft((s) => s.history.now);
  const models = ownModels(document);
  const found = models.find((model) => model.key === trigger.model);
  return (
    <Pick
      label={t('records.model')} value={trigger.model ?? ''} shown={found ? say(found.title) : t('rules.choose')} strong
      groups={() => [{ label: '', options: models.map((model) => ({ value: model.key, label: say(model.title) })) }]}
      onPick={(model) => change({ ...trigger, model })}
    />
  );
}

function OnRecord({ trigger, change }: Props): ReactElement {
  const { t } = useLexicon();
  const event = trigger.event ?? 'any';
  const options = EVENTS.map((value) => ({ value, label: t(`records.event.${value}`) }));
  return (
    <div className={css.line}>
      <ModelPick trigger={trigger} change={change} />
      <Pick
        label={t('records.event')} value={event} shown={t(`records.event.${event}`)} groups={() => [{ label: '', options }]}
        onPick={(next) => change({ ...trigger, event: EVENTS.find((one) => one === next) ?? 'any' })}
      />
    </div>
  );
}

interface DaysProps<T> {
  readonly label: string;
  readonly all: readonly T[];
  readonly chosen: readonly T[];
  readonly say: (day: T) => string;
  readonly onChange: (days: readonly T[]) => void;
}

function Days<T extends number | 'last'>({ label, all, chosen, say, onChange }: DaysProps<T>): ReactElement {
  return (
    <div className={css.days} role="group" aria-label={label}>
      {all.map((day) => (
        <button key={day} type="button" className={css.day} aria-pressed={chosen.includes(day)} onClick={() => onChange(toggled(chosen, day))}>{say(day)}</button>
      ))}
    </div>
  );
}

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
const MONTH: readonly (number | 'last')[] = [...Array.from({ length: 31 }, (_, n) => n + 1), 'last'];

function When({ timing, put }: { readonly timing: Timing; readonly put: (next: Timing, typing?: string) => void }): ReactElement {
  const { t } = useLexicon();
  if ('cron' in timing) {
    return <label className={css.labelled}><span>{t('records.cron')}</span><TextBox label={t('records.cron')} value={timing.cron} onChange={(cron) => put({ cron }, 'cron')} /></label>;
  }
  return (
    <>
      <TimeBox label={t('records.at')} value={timing.daily_at} onChange={(daily_at) => put({ ...timing, daily_at })} />
      {timing.weekdays && (
        <Days label={t('records.weekdays')} all={WEEK} chosen={timing.weekdays} say={(day) => t(`records.weekday.${day as 1}`)} onChange={(weekdays) => put({ ...timing, weekdays })} />
      )}
      {timing.days && (
        <Days
          label={t('records.days')} all={MONTH} chosen={timing.days} onChange={(days) => put({ ...timing, days })}
          say={(day) => (day === 'last' ? t('records.last_day') : t('records.day', { n: day }))}
        />
      )}
    </>
  );
}

/** When a list has run and will run, as the hub knows it: only what is published counts. */
function Ran({ list }: { readonly list: RuleList }): ReactElement {
  const { t } = useLexicon();
  const key = useDraft((s) => s.history.now.key);
  const found = useQuery(schedulesQuery(key)).data?.items.find((one) => one.list === list.id);
  if (!found?.next_at && !found?.running) return <p className={css.quiet}>{t('records.not_live')}</p>;
  return (
    <p className={css.quiet}>
      {found.running && <span>{t('records.running')}</span>}
      {found.next_at && <span>{t('records.next')} <Time iso={found.next_at} as="absolute" /></span>}
      {found.last_moment && <span>{t('records.last')} <Time iso={found.last_moment} as="absolute" />: {t('records.ran', { n: found.looked_at, did: found.did })}</span>}
      {found.missed_since && <span>{t('records.made_up')}</span>}
    </p>
  );
}

function OnSchedule({ trigger, change }: Props): ReactElement {
  const { t } = useLexicon();
  const { zone } = useHub();
  const timing = trigger.schedule ?? inRhythm(undefined, 'day');
  const put = (schedule: Timing, typing?: string): void => change({ ...trigger, schedule }, typing);
  const rhythm = rhythmOf(timing);
  const looks = trigger.over ?? 'nothing';
  const rezone = (text: string): void => {
    const { zone: _, ...rest } = trigger;
    change(text.trim() ? { ...rest, zone: text.trim() } : rest, 'zone');
  };
  return (
    <>
      <div className={css.line}>
        <Pick
          label={t('records.rhythm')} value={rhythm} shown={t(`records.rhythm.${rhythm}`)}
          groups={() => [{ label: '', options: RHYTHMS.map((value) => ({ value, label: t(`records.rhythm.${value}`) })) }]}
          onPick={(next) => put(inRhythm(timing, RHYTHMS.find((one) => one === next) ?? 'day'))}
        />
        <When timing={timing} put={put} />
      </div>
      <div className={css.line}>
        <Pick
          label={t('records.over')} value={looks} shown={t(`records.over.${looks}`)}
          groups={() => [{ label: '', options: OVER.map((value) => ({ value, label: t(`records.over.${value}`) })) }]}
          onPick={(next) => change(over(trigger, OVER.find((one) => one === next) ?? 'nothing', current()))}
        />
        {looks === 'records' && <ModelPick trigger={trigger} change={change} />}
        <label className={css.labelled} title={t('records.zone_hub', { zone })}>
          <span>{t('records.zone')}</span><TextBox label={t('records.zone')} value={trigger.zone ?? ''} onChange={rezone} />
        </label>
      </div>
    </>
  );
}

/** What sets the open list off, if it is no stage of an order's way. */
export function TriggerBar({ list }: { readonly list: RuleList }): ReactElement | null {
  const { t } = useLexicon();
  const { trigger } = list;
  if (!trigger) return null;
  const change = (next: Trigger, typing?: string): void =>
    editList((now) => ({ ...now, trigger: next }), t('rules.step.change', { what: t('records.step') }), typing ? `trigger/${typing}` : null);
  return (
    <section className={css.bar} aria-label={t('records.trigger')}>
      {trigger.on === 'record' ? <OnRecord trigger={trigger} change={change} /> : <OnSchedule trigger={trigger} change={change} />}
      {trigger.on === 'schedule' && <Ran list={list} />}
    </section>
  );
}
