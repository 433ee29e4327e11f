import { Bell, CirclePause, Ellipsis, Plus, Tag, Truck, Warehouse, X, type LucideIcon } from 'lucide-react';
import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { inserted, moved, newAction, replaced, STAGE_VERBS, without, type Action, type RuleList, type Verb } from '@/core/ruleDocument';
import { Grip } from '@/dnd/Grip';
import { current } from './draft';
import { listItem } from './dragging';
import { editActions } from './edit';
import { Couriers } from './Couriers';
import { TextBox } from './Fields';
import { bilingual, useLexicon, type Lexicon } from './names';
import { LaterMenu, Pick } from './Pick';
import css from './Rules.module.css';

export const VERB_ICONS: Readonly<Record<Verb, LucideIcon>> = { route: Warehouse, courier: Truck, hold: CirclePause, tag: Tag, notify: Bell };
export const THEN = 'then';

export function makeAction(verb: Verb): Action {
  const hold = bilingual((t) => t('rules.act.hold_title'));
  return newAction(verb, current(), { hold, tag: bilingual((t) => t('rules.act.new_tag')).zh });
}

export function addAction(verb: Verb, index: number, { t }: Lexicon): void {
  editActions((actions) => inserted(actions, index, makeAction(verb)), t('rules.step.add', { what: t(`rules.do.${verb}`) }));
}

interface EditorProps {
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
    </div>
  );
}

function Hold({ action, change }: EditorProps): ReactElement {
  const { t } = useLexicon();
  const title = action.title ?? { zh: '', en: '' };
  return (
    <div className={css.fieldsRow}>
      <label><span>{t('rules.act.hold_zh')}</span><TextBox label={t('rules.act.hold_zh')} value={title.zh} onChange={(zh) => change({ ...action, title: { ...title, zh } }, 'zh')} /></label>
      <label><span>{t('rules.act.hold_en')}</span><TextBox label={t('rules.act.hold_en')} value={title.en} onChange={(en) => change({ ...action, title: { ...title, en } }, 'en')} /></label>
      <label><span>{t('rules.act.hold_code')}</span><TextBox label={t('rules.act.hold_code')} value={action.code ?? ''} onChange={(code) => change({ ...action, code }, 'code')} /></label>
    </div>
  );
}

function Editor(props: EditorProps): ReactElement {
  const { action, change } = props;
  const { t, alerts, say } = useLexicon();
  switch (action.do) {
    case 'route': return <Route {...props} />;
    case 'courier': return <Couriers {...props} zone={`${THEN}/${props.index}/weights`} />;
    case 'hold': return <Hold {...props} />;
    case 'tag': return <TextBox label={t('rules.act.tag')} value={action.tag ?? ''} onChange={(tag) => change({ ...action, tag }, 'tag')} />;
    case 'notify': {
      const found = alerts.find((alert) => alert.id === action.alert);
      return (
        <Pick
          label={t('rules.act.alert')} value={action.alert ?? ''} shown={found ? say(found.title) : (action.alert ?? '') || t('rules.choose')}
          groups={() => [{ label: '', options: alerts.map((alert) => ({ value: alert.id, label: say(alert.title) })) }]}
          onPick={(alert) => change({ ...action, alert })}
        />
      );
    }
  }
}

interface CardProps {
  readonly action: Action;
  readonly index: number;
  readonly size: number;
}

function Card({ action, index, size }: CardProps): ReactElement {
  const { t } = useLexicon();
  const what = t(`rules.do.${action.do}`);
  const Icon = VERB_ICONS[action.do];
  const id = `${THEN}/${index}`;
  const shift = (to: number): void => editActions((actions) => moved(actions, index, to), t('rules.step.move', { what }));
  const change = (next: Action, typing?: string): void =>
    editActions((actions) => replaced(actions, index, next), t('rules.step.change', { what }), typing ? `${index}/${typing}` : null);
  const make = () => listItem(THEN, index, size, what, id, (to) => t('rules.place_row', { n: to }), shift);
  return (
    <div className={css.action} data-part={id} data-verb={action.do}>
      <Grip id={id} label={what} make={make} />
      <Icon size={16} aria-hidden="true" />
      <span className={css.verb}>{what}</span>
      <div className={css.actionBody}><Editor action={action} index={index} change={change} /></div>
      <LaterMenu label={t('rules.more', { what })} face={<Ellipsis size={16} aria-hidden="true" />}>
        {() => (
          <>
            <Menu.Item disabled={index === 0} onClick={() => shift(index - 1)}>{t('rules.up')}</Menu.Item>
            <Menu.Item disabled={index === size - 1} onClick={() => shift(index + 2)}>{t('rules.down')}</Menu.Item>
            <Menu.Item onClick={() => editActions((actions) => inserted(actions, index + 1, structuredClone(action)), t('rules.step.duplicate', { what }))}>{t('rules.duplicate')}</Menu.Item>
            <Menu.Item className={css.danger} onClick={() => editActions((actions) => without(actions, index), t('rules.step.delete', { what }))}>{t('rules.delete')}</Menu.Item>
          </>
        )}
      </LaterMenu>
    </div>
  );
}

/** What a row does, in order. */
export function Actions({ actions, stage }: { readonly actions: readonly Action[]; readonly stage: RuleList['stage'] }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  return (
    <div className={css.actions} data-zone={THEN}>
      {actions.map((action, index) => <Card key={`${index}${action.do}`} action={action} index={index} size={actions.length} />)}
      {actions.length === 0 && <p className={css.hint}>{t('rules.no_actions')}</p>}
      <div className={css.adders}>
        {STAGE_VERBS[stage].map((verb) => (
          <button key={verb} type="button" className={css.adder} onClick={() => addAction(verb, actions.length, lexicon)}>
            <Plus size={14} aria-hidden="true" />{t(`rules.do.${verb}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
