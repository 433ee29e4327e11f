import { Menu } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { read } from '@/core/rule';
import { moved, newValue, ownFields, replaced, without, type Action } from '@/core/ruleDocument';
import { named } from '@/core/ruleSay';
import { Grip } from '@/dnd/Grip';
import { Couriers } from './Couriers';
import { current } from './draft';
import { listItem } from './dragging';
import { NumberBox, TextBox } from './Fields';
import { useLexicon } from './names';
import { LaterMenu, Pick } from './Pick';
import css from './Rules.module.css';
import { RecordAction } from './RecordAction';
import { ActionValue } from './TallyValue';

export const THEN = 'then';

export interface EditorProps {
  readonly action: Action;
  readonly index: number;
  readonly change: (next: Action, typing?: string) => void;
}

interface PlacesProps extends EditorProps {
  readonly part: 'candidates' | 'backups';
}

/** Warehouses in the order they are tried. */
function Places({ action, index, part, change }: PlacesProps): ReactElement {
  const lexicon = useLexicon();
  const { t, warehouses, warehouse } = lexicon;
  const chosen = action[part] ?? [];
  const zone = `${THEN}/${index}/${part}`;
  const put = (next: readonly string[]): void => change({ ...action, [part]: next });
  const groups = () => [{ label: '', options: warehouses.map((role) => ({ value: role.key, label: lexicon.say(role.title) })) }];
  const free = warehouses.filter((role) => !chosen.includes(role.key));
  return (
    <div className={css.places} role="group" aria-label={t(`rules.act.${part}`)}>
      <span className={css.placesTitle}>{t(`rules.act.${part}`)}</span>
      <div className={css.placeList} data-zone={zone} data-across="true">
        {chosen.map((key, n) => (
          <span key={`${key}${n}`} className={css.place} data-part={key} data-warehouse={key}>
            <Grip
              id={`${zone}/${key}`} label={warehouse(key)}
              make={() => listItem(zone, n, chosen.length, warehouse(key), `${zone}/${key}`, (to) => t('rules.place_row', { n: to }), (to) => put(moved(chosen, n, to)))}
            />
            <Pick label={t(`rules.act.${part}`)} value={key} shown={warehouse(key)} groups={groups} onPick={(next) => put(replaced(chosen, n, next))} strong />
            <button type="button" className={css.chipX} aria-label={t('rules.remove_value', { value: warehouse(key) })} onClick={() => put(without(chosen, n))}>
              <X size={13} aria-hidden="true" />
            </button>
          </span>
        ))}
        {chosen.length === 0 && part === 'candidates' && <span className={css.faultText}>{t('rules.act.no_warehouse')}</span>}
        {free.length > 0 && (
          <LaterMenu label={`${t(`rules.act.${part}`)}：${t('rules.act.add_warehouse')}`} className={css.addChip} face={<><Plus size={13} aria-hidden="true" />{t('rules.act.add_warehouse')}</>}>
            {() => free.map((role) => <Menu.Item key={role.key} onClick={() => put([...chosen, role.key])}>{lexicon.say(role.title)}</Menu.Item>)}
          </LaterMenu>
        )}
      </div>
    </div>
  );
}

/** Pieces that stay in a first choice, so that orders turn to the backup in good time. */
function Safety({ action, change }: EditorProps): ReactElement {
  const { t, say, parameters, parameter } = useLexicon();
  const label = t('rules.act.safety');
  const value = action.safety ?? 0;
  const key = named(read(value), 'param');
  const options = () => parameters.filter((p) => p.kind === 'integer').map((p) => ({ value: p.key, label: t('rules.parameter', { title: say(p.title) }) }));
  return (
    <div className={css.places}>
      <span className={css.placesTitle}>{label}</span>
      {key === null
        ? <NumberBox label={label} value={typeof value === 'number' ? value : 0} onChange={(safety) => change({ ...action, safety }, 'safety')} />
        : <Pick label={label} value={key} shown={t('rules.parameter', { title: parameter(key) })} groups={() => [{ label: '', options: options() }]} onPick={(param) => change({ ...action, safety: { param } })} />}
      <span className={css.quiet}>{t('rules.act.safety_how')}</span>
    </div>
  );
}

function Route(props: EditorProps): ReactElement {
  const { t } = useLexicon();
  const { action, change } = props;
  const split = action.split ?? 'never';
  const options = (['never', 'by_line'] as const).map((value) => ({ value, label: t(`rules.act.split.${value}`) }));
  return (
    <div className={css.route}>
      <Places {...props} part="candidates" />
      <Places {...props} part="backups" />
      <div className={css.places}>
        <span className={css.placesTitle}>{t('rules.act.split')}</span>
        <Pick
          label={t('rules.act.split')} value={split} shown={t(`rules.act.split.${split}`)} groups={() => [{ label: '', options }]}
          onPick={(value) => change({ ...action, split: value === 'by_line' ? 'by_line' : 'never' })}
        />
      </div>
      <Safety {...props} />
    </div>
  );
}

interface TitleProps extends EditorProps {
  readonly zh: string;
  readonly en: string;
}

/** What people read about it, in both languages. */
function Title({ action, change, zh: zhLabel, en: enLabel }: TitleProps): ReactElement {
  const title = action.title ?? { zh: '', en: '' };
  return (
    <>
      <label><span>{zhLabel}</span><TextBox label={zhLabel} value={title.zh} onChange={(zh) => change({ ...action, title: { ...title, zh } }, 'zh')} /></label>
      <label><span>{enLabel}</span><TextBox label={enLabel} value={title.en} onChange={(en) => change({ ...action, title: { ...title, en } }, 'en')} /></label>
    </>
  );
}

function Hold(props: EditorProps): ReactElement {
  const { t } = useLexicon();
  const { action, change } = props;
  return (
    <div className={css.fieldsRow}>
      <Title {...props} zh={t('rules.act.hold_zh')} en={t('rules.act.hold_en')} />
      <label><span>{t('rules.act.hold_code')}</span><TextBox label={t('rules.act.hold_code')} value={action.code ?? ''} onChange={(code) => change({ ...action, code }, 'code')} /></label>
    </div>
  );
}

function Task(props: EditorProps): ReactElement {
  const { t } = useLexicon();
  return <div className={css.fieldsRow}><Title {...props} zh={t('rules.act.task_zh')} en={t('rules.act.task_en')} /></div>;
}

/** An own field and the value it gets: written, a parameter, another field or a formula. */
function Assign({ action, change }: EditorProps): ReactElement {
  const { t, own, field } = useLexicon();
  if (own.length === 0) return <span className={css.hint}>{t('rules.act.no_fields')}</span>;
  const about = field(action.field ?? '');
  const label = t('rules.act.value');
  const pick = (key: string): void => change({ ...action, field: key, value: newValue(ownFields(current()).find((one) => one.key === key)) });
  return (
    <span className={css.formula}>
      <Pick
        label={t('rules.act.field')} value={action.field ?? ''} shown={action.field ? about.title : t('rules.choose')} strong
        groups={() => [{ label: '', options: own.map((one) => ({ value: one.name, label: one.title })) }]} onPick={pick}
      />
      <span aria-hidden="true">=</span>
      <ActionValue about={about} value={action.value ?? ''} label={label} onChange={(value, typing) => change({ ...action, value }, typing ? 'value' : undefined)} />
    </span>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onPick: (value: string) => void;
}

function Choice({ label, value, options, onPick }: ChoiceProps): ReactElement {
  const { t } = useLexicon();
  const shown = options.find((option) => option.value === value)?.label ?? value;
  return <Pick label={label} value={value} shown={shown || t('rules.choose')} groups={() => [{ label: '', options }]} onPick={onPick} />;
}

/** What an action says beyond its name. */
export function ActionEditor(props: EditorProps): ReactElement {
  const { action, change } = props;
  const { t, alerts, connections, say } = useLexicon();
  switch (action.do) {
    case 'route': return <Route {...props} />;
    case 'courier': return <Couriers {...props} zone={`${THEN}/${props.index}/weights`} />;
    case 'hold': return <Hold {...props} />;
    case 'tag': return <TextBox label={t('rules.act.tag')} value={action.tag ?? ''} onChange={(tag) => change({ ...action, tag }, 'tag')} />;
    case 'set': return <Assign {...props} />;
    case 'task': return <Task {...props} />;
    case 'record': return <RecordAction {...props} />;
    case 'notify':
      return <Choice label={t('rules.act.alert')} value={action.alert ?? ''} options={alerts.map((one) => ({ value: one.id, label: say(one.title) }))} onPick={(alert) => change({ ...action, alert })} />;
    case 'send':
      return <Choice label={t('rules.act.send_to')} value={action.send_to ?? ''} options={connections.map((one) => ({ value: one.key, label: say(one.title) }))} onPick={(send_to) => change({ ...action, send_to })} />;
  }
}
