import { Bell, CirclePause, Ellipsis, ListChecks, NotebookPen, PencilLine, Plus, Send, Tag, Truck, Warehouse, type LucideIcon } from 'lucide-react';
import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { inserted, moved, newAction, replaced, without, type Action, type RuleList, type Verb } from '@/core/ruleDocument';
import { verbsOf } from '@/core/ruleTriggers';
import { Grip } from '@/dnd/Grip';
import { ActionEditor, THEN } from './ActionEditor';
import { current } from './draft';
import { listItem } from './dragging';
import { editActions } from './edit';
import { bilingual, useLexicon, type Lexicon } from './names';
import { LaterMenu } from './Pick';
import css from './Rules.module.css';

export const VERB_ICONS: Readonly<Record<Verb, LucideIcon>> = {
  route: Warehouse, courier: Truck, hold: CirclePause, tag: Tag, set: PencilLine, task: ListChecks, notify: Bell, send: Send, record: NotebookPen,
};

export function makeAction(verb: Verb): Action {
  const hold = bilingual((t) => t('rules.act.hold_title'));
  const task = bilingual((t) => t('rules.act.task_title'));
  return newAction(verb, current(), { hold, task, tag: bilingual((t) => t('rules.act.new_tag')).zh });
}

export function addAction(verb: Verb, index: number, { t }: Lexicon): void {
  editActions((actions) => inserted(actions, index, makeAction(verb)), t('rules.step.add', { what: t(`rules.do.${verb}`) }));
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
      <div className={css.actionBody}><ActionEditor action={action} index={index} change={change} /></div>
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
export function Actions({ actions, list }: { readonly actions: readonly Action[]; readonly list: RuleList }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  return (
    <div className={css.actions} data-zone={THEN}>
      {actions.map((action, index) => <Card key={`${index}${action.do}`} action={action} index={index} size={actions.length} />)}
      {actions.length === 0 && <p className={css.hint}>{t('rules.no_actions')}</p>}
      <div className={css.adders}>
        {verbsOf(list).map((verb) => (
          <button key={verb} type="button" className={css.adder} onClick={() => addAction(verb, actions.length, lexicon)}>
            <Plus size={14} aria-hidden="true" />{t(`rules.do.${verb}`)}
          </button>
        ))}
      </div>
    </div>
  );
}
