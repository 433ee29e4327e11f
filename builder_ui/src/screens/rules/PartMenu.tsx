import { Menu } from '@mantine/core';
import { ArrowDown, ArrowUp, BoxSelect, Braces, Copy, CornerDownRight, Ellipsis, Trash2, Ungroup } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { drawn, duplicate, remove, slots, unpack, type Slot } from '@/core/ruleMoves';
import { replaceAt, type Node } from '@/core/rule';
import { label as labelOf } from '@/core/ruleSay';
import { shapeOf } from '@/core/ruleShape';
import { AdvancedText } from './Advanced';
import { fitting, moveTo, sayPlace } from './dragging';
import { editRule, rule } from './edit';
import { wrapped } from './making';
import { useLexicon } from './names';
import { LaterMenu } from './Pick';
import css from './Rules.module.css';

interface Props {
  readonly at: string;
  readonly node: Node;
}

function Items({ at, node, close }: Props & { readonly close: () => void }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const [page, setPage] = useState<'main' | 'places' | 'text'>('main');
  const what = labelOf(node, lexicon);
  const places = fitting(slots(rule(), at), node);
  const own = drawn(rule()).find((part) => part.at === at);
  const beside = (by: number): Slot | undefined =>
    own && places.find((slot) => slot.container === own.container && slot.index === own.index + by);
  const [up, down] = [beside(-1), beside(2)];
  const shape = shapeOf(node);
  if (page === 'text') return <AdvancedText node={node} onApply={(next) => { editRule((root) => replaceAt(root, at, next), t('rules.step.advanced')); close(); }} />;
  if (page === 'places') {
    return (
      <>
        <Menu.Label>{t('rules.move_to')}</Menu.Label>
        {places.map((slot) => (
          <Menu.Item key={`${slot.container}#${slot.index}`} onClick={() => moveTo(at, node, slot, lexicon)}>{sayPlace(slot, lexicon)}</Menu.Item>
        ))}
      </>
    );
  }
  return (
    <>
      <Menu.Item leftSection={<ArrowUp size={14} />} disabled={!up} onClick={() => up && moveTo(at, node, up, lexicon)}>{t('rules.up')}</Menu.Item>
      <Menu.Item leftSection={<ArrowDown size={14} />} disabled={!down} onClick={() => down && moveTo(at, node, down, lexicon)}>{t('rules.down')}</Menu.Item>
      <Menu.Item leftSection={<CornerDownRight size={14} />} closeMenuOnClick={false} disabled={places.length === 0} onClick={() => setPage('places')}>{t('rules.move_to')}</Menu.Item>
      <Menu.Item leftSection={<Copy size={14} />} onClick={() => editRule((root) => duplicate(root, at), t('rules.step.duplicate', { what }))}>{t('rules.duplicate')}</Menu.Item>
      <Menu.Item leftSection={<BoxSelect size={14} />} onClick={() => editRule((root) => replaceAt(root, at, wrapped(node)), t('rules.step.change', { what }))}>{t('rules.negate')}</Menu.Item>
      {shape.kind === 'group' && (
        <Menu.Item
          leftSection={<Ungroup size={14} />}
          onClick={() => editRule((root) => unpack(root, at), t('rules.step.change', { what }))}
        >
          {t('rules.ungroup')}
        </Menu.Item>
      )}
      <Menu.Item leftSection={<Braces size={14} />} closeMenuOnClick={false} onClick={() => setPage('text')}>{t('rules.advanced')}</Menu.Item>
      <Menu.Divider />
      <Menu.Item className={css.danger} leftSection={<Trash2 size={14} />} onClick={() => editRule((root) => remove(root, at), t('rules.step.delete', { what }))}>{t('rules.delete')}</Menu.Item>
    </>
  );
}

export function PartMenu(props: Props): ReactElement {
  const lexicon = useLexicon();
  const label = lexicon.t('rules.more', { what: labelOf(props.node, lexicon) });
  return (
    <LaterMenu label={label} face={<Ellipsis size={16} aria-hidden="true" />}>
      {(close) => <Items {...props} close={close} />}
    </LaterMenu>
  );
}
